// SPDX-License-Identifier: Apache-2.0

/// The key that a secret becomes for one day, region and service.
public struct SigningKey: Sendable {
    private let key: [UInt8]

    /// Derives the key, four steps of HMAC-SHA256.
    public init(secretAccessKey: String, scope: CredentialScope) {
        var key = Array("AWS4\(secretAccessKey)".utf8)
        for part in [scope.date, scope.region, scope.service, "aws4_request"] {
            key = MessageCode.make(.sha256, of: Array(part.utf8), key: key)
        }
        self.key = key
    }

    /// The signature of a string to sign, 64 hexadecimal digits.
    public func signature(of stringToSign: String) -> String {
        Hex.encode(MessageCode.make(.sha256, of: Array(stringToSign.utf8), key: key))
    }

    /// Whether `signature` is that of `stringToSign`; takes the same time wherever they differ.
    func isValid(_ signature: String, of stringToSign: String) -> Bool {
        guard let code = Hex.decode(signature) else { return false }
        return MessageCode.areEqual(code, MessageCode.make(.sha256, of: Array(stringToSign.utf8), key: key))
    }
}
