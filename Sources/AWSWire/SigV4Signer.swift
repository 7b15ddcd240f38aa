// SPDX-License-Identifier: Apache-2.0

/// Signs requests with AWS Signature Version 4.
///
/// The moment is passed in, in milliseconds since 1970-01-01T00:00:00Z: equal input gives an equal signature.
public struct SigV4Signer: Sendable {
    /// What the signature says about the body.
    public enum Payload: Sendable, Equatable {
        /// The SHA-256 of the body in lower-case hexadecimal.
        case hash(String)
        /// S3 only: the body is not covered.
        case unsigned
        /// S3 only: another value of `x-amz-content-sha256`, `STREAMING-AWS4-HMAC-SHA256-PAYLOAD` for one.
        case streaming(String)

        /// The hash of a body in memory.
        public static func bytes(_ body: [UInt8]) -> Payload { .hash(Checksum.sha256Hex(body)) }

        var text: String {
            switch self {
            case .hash(let hash): hash
            case .unsigned: "UNSIGNED-PAYLOAD"
            case .streaming(let marker): marker
            }
        }
    }

    /// What it signs with.
    public let credentials: Credentials
    /// The region that signatures are good for.
    public let region: String
    /// The signing name, such as `s3`, `lambda`, `sns` or `sagemaker`; `s3` signs by the rules of S3.
    public let service: String

    /// A signer for one region and service.
    public init(credentials: Credentials, region: String, service: String) {
        self.credentials = credentials
        self.region = region
        self.service = service
    }

    /// The headers to add to a request: `X-Amz-Date`, `Authorization`, and where they apply
    /// `X-Amz-Security-Token` and (S3) `x-amz-content-sha256`.
    ///
    /// All headers that the request has are signed, so it must have its `Host`, and none that a hop may change.
    public func sign(
        _ request: SignableRequest, payload: Payload, now: Int64
    ) -> [(name: String, value: String)] {
        let timestamp = ISO8601.formatBasic(now)
        var added: [(name: String, value: String)] = [("X-Amz-Date", timestamp)]
        if let token = credentials.sessionToken { added.append(("X-Amz-Security-Token", token)) }
        if isS3 { added.append(("x-amz-content-sha256", payload.text)) }
        var signed = request
        signed.headers += added
        let names = Set(signed.headers.map { $0.name.lowercased() }).sorted()
        let scope = scope(timestamp)
        let canonical = CanonicalRequest(signed, signedHeaders: names, payloadHash: payload.text, isS3: isS3)
        let signature = SigningKey(secretAccessKey: credentials.secretAccessKey, scope: scope)
            .signature(of: canonical.stringToSign(timestamp: timestamp, scope: scope))
        let authorization =
            "\(AuthorizationHeader.algorithm) Credential=\(scope.credential), "
            + "SignedHeaders=\(names.joined(separator: ";")), Signature=\(signature)"
        return added + [("Authorization", authorization)]
    }

    /// The query of a presigned URL: the request's own parameters and those of the signature.
    ///
    /// - Parameters:
    ///   - request: its headers are signed and must be sent with the URL; usually `Host` alone.
    ///   - payload: nil for what the service takes by default: `UNSIGNED-PAYLOAD` for S3, an empty body elsewhere.
    ///   - expires: seconds; S3 takes at most 604800, seven days.
    public func presignedQuery(
        _ request: SignableRequest, payload: Payload? = nil, expires: Int, now: Int64
    ) -> String {
        let timestamp = ISO8601.formatBasic(now)
        let scope = scope(timestamp)
        let names = Set(request.headers.map { $0.name.lowercased() }).sorted()
        var query = QueryString(parsing: request.query ?? "", plusIsSpace: false)
        query.add("X-Amz-Algorithm", AuthorizationHeader.algorithm)
        query.add("X-Amz-Credential", scope.credential)
        query.add("X-Amz-Date", timestamp)
        query.add("X-Amz-Expires", String(expires))
        query.add("X-Amz-SignedHeaders", names.joined(separator: ";"))
        if let token = credentials.sessionToken { query.add("X-Amz-Security-Token", token) }
        var signed = request
        signed.query = query.encoded
        let hash = (payload ?? (isS3 ? .unsigned : .bytes([]))).text
        let canonical = CanonicalRequest(signed, signedHeaders: names, payloadHash: hash, isS3: isS3)
        let signature = SigningKey(secretAccessKey: credentials.secretAccessKey, scope: scope)
            .signature(of: canonical.stringToSign(timestamp: timestamp, scope: scope))
        return "\(query.encoded)&X-Amz-Signature=\(signature)"
    }

    private var isS3: Bool { service == "s3" }

    private func scope(_ timestamp: String) -> CredentialScope {
        CredentialScope(
            accessKeyID: credentials.accessKeyID, date: String(timestamp.prefix(8)), region: region, service: service)
    }
}
