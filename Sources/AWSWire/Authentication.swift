// SPDX-License-Identifier: Apache-2.0

/// What ``SigV4Verifier`` found out about a request.
public enum Authentication: Sendable {
    /// It carries no signature.
    case anonymous
    /// It carries a signature, in its header or its query, that is right.
    case verified(VerifiedRequest)
    /// Its signature is broken, outdated or wrong: the error to answer with.
    case rejected(AWSError)
}

/// A request whose signature is right.
public struct VerifiedRequest: Sendable {
    /// The key, the region and the service that it was signed for.
    public var scope: CredentialScope
    /// When it was signed, in milliseconds since 1970-01-01T00:00:00Z.
    public var signedAt: Int64
    /// What the signature says about the body: the hexadecimal SHA-256, `UNSIGNED-PAYLOAD`, or a `STREAMING-…` marker.
    ///
    /// Whoever reads the body has to check it against this.
    public var payloadHash: String
    /// Whether the signature came in the query.
    public var isPresigned: Bool
    /// What signed chunks of a `STREAMING-AWS4-HMAC-SHA256-PAYLOAD…` body are checked with, else nil.
    public var chunkSignatures: ChunkSignatures?
}
