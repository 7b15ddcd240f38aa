// SPDX-License-Identifier: Apache-2.0

/// Checks the chain of signatures in a signed `aws-chunked` body: each covers its chunk and the signature before it.
///
/// AWS documentation: S3 API Reference, "Signature Calculations for the Authorization Header: Transferring Payload in
/// Multiple Chunks".
public struct ChunkSignatures: Sendable {
    private static let emptyHash = Checksum.sha256Hex([])

    private let key: SigningKey
    private let scope: CredentialScope
    private let timestamp: String
    private var previous: String

    /// - Parameters:
    ///   - timestamp: the request's `X-Amz-Date`.
    ///   - seed: the signature of the request's head.
    public init(key: SigningKey, scope: CredentialScope, timestamp: String, seed: String) {
        self.key = key
        self.scope = scope
        self.timestamp = timestamp
        previous = seed
    }

    /// The signature of the next chunk; the chain goes on from it.
    ///
    /// - Parameter hash: the SHA-256 of the chunk's data in lower-case hexadecimal.
    public mutating func sign(chunkHash hash: String) -> String {
        previous = key.signature(of: stringToSign(hash))
        return previous
    }

    /// Whether `signature` is that of the next chunk; the chain goes on from it only if it is.
    ///
    /// - Parameter hash: the SHA-256 of the chunk's data in lower-case hexadecimal.
    public mutating func accept(_ signature: String, chunkHash hash: String) -> Bool {
        guard key.isValid(signature, of: stringToSign(hash)) else { return false }
        previous = signature
        return true
    }

    /// Whether `signature` (`x-amz-trailer-signature`) is that of the trailers, once all chunks were accepted.
    ///
    /// - Parameter trailers: all but the signature itself, names in lower case, in the order in which they came.
    public func accepts(trailerSignature signature: String, of trailers: [(name: String, value: String)]) -> Bool {
        let text = trailers.map { "\($0.name):\($0.value)\n" }.joined()
        let lines = ["AWS4-HMAC-SHA256-TRAILER", timestamp, scope.text, previous, Checksum.sha256Hex(Array(text.utf8))]
        return key.isValid(signature, of: lines.joined(separator: "\n"))
    }

    private func stringToSign(_ hash: String) -> String {
        ["AWS4-HMAC-SHA256-PAYLOAD", timestamp, scope.text, previous, Self.emptyHash, hash].joined(separator: "\n")
    }
}
