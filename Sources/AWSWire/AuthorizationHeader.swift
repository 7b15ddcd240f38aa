// SPDX-License-Identifier: Apache-2.0

/// The parts of `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`.
struct AuthorizationHeader {
    static let algorithm = "AWS4-HMAC-SHA256"

    var credential: String
    var scope: CredentialScope?
    var signedHeaders: [String]
    var signature: String

    /// Nil when the algorithm is another one or one of the three parts is missing.
    init?(_ text: some StringProtocol) {
        let trimmed = text.trimmedASCIIWhitespace
        guard trimmed.hasPrefix(Self.algorithm) else { return nil }
        var parts: [Substring: Substring] = [:]
        // Clients separate with a comma, with or without spaces around it.
        for piece in Substring(trimmed.dropFirst(Self.algorithm.count)).split(separator: ",") {
            let pair = piece.trimmedASCIIWhitespace.split(separator: "=", maxSplits: 1)
            guard pair.count == 2 else { continue }
            parts[pair[0]] = pair[1]
        }
        guard let credential = parts["Credential"], let signedHeaders = parts["SignedHeaders"],
            let signature = parts["Signature"]
        else { return nil }
        self.credential = String(credential)
        scope = CredentialScope(credential: credential)
        self.signedHeaders = signedHeaders.split(separator: ";").map { $0.lowercased() }
        self.signature = String(signature)
    }
}
