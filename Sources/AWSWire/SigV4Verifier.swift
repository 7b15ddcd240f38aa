// SPDX-License-Identifier: Apache-2.0

/// Checks the signatures of requests: in the `Authorization` header or in a presigned query.
///
/// It is pure. The moment is passed in, and the secrets come from a closure.
public struct SigV4Verifier: Sendable {
    /// Whose codes and words errors get.
    public enum Dialect: Sendable {
        case s3
        /// The query protocol: SNS, STS.
        case query
        /// The JSON protocols: Lambda, SageMaker, CloudWatch Logs.
        case json
    }

    let errors: AuthenticationErrors
    let credentials: @Sendable (_ accessKeyID: String) -> Credentials?

    /// - Parameter credentials: what belongs to an access key; nil for an unknown one.
    public init(dialect: Dialect, credentials: @escaping @Sendable (_ accessKeyID: String) -> Credentials?) {
        errors = AuthenticationErrors(dialect: dialect)
        self.credentials = credentials
    }

    var isS3: Bool { errors.dialect == .s3 }

    /// How far the time of a request may be from the server's: 15 minutes for S3, 5 elsewhere.
    private var allowedSkew: Int64 { (isS3 ? 15 : 5) * 60_000 }

    /// Checks one request.
    ///
    /// - Parameters:
    ///   - bodyHash: the hexadecimal SHA-256 of the body. S3 signs what `x-amz-content-sha256` says instead, so that
    ///     it need not wait for the body: nil for S3.
    ///   - virtualHostBucket: the bucket, if the host name and not the path names it (only Version 2 signatures ask).
    ///   - now: milliseconds since 1970-01-01T00:00:00Z.
    public func verify(
        _ request: SignableRequest, bodyHash: String?, virtualHostBucket: String? = nil, now: Int64
    ) -> Authentication {
        do {
            if let header = request.header("authorization") {
                return .verified(try verify(header: header, of: request, bodyHash: bodyHash, now: now))
            }
            guard let text = request.query else { return .anonymous }
            if Self.has("X-Amz-Algorithm=", text) || Self.has("X-Amz-Signature=", text) {
                let query = QueryString(parsing: text, plusIsSpace: false)
                return .verified(try verify(query: query, of: request, bodyHash: bodyHash, now: now))
            }
            if isS3, Self.has("AWSAccessKeyId=", text) {
                let query = SigV2Query(request: request, virtualHostBucket: virtualHostBucket)
                return .verified(try query.verify(with: self, now: now))
            }
            return .anonymous
        } catch {
            return .rejected(error)
        }
    }

    /// Whether a parameter of a query begins with a name.
    ///
    /// Byte by byte: `contains` of a text would bring 1.3 MB of regular expressions into each packaged function.
    private static func has(_ name: String, _ query: String) -> Bool {
        query.utf8.split(separator: UInt8(ascii: "&")).contains { $0.starts(with: name.utf8) }
    }

    private func verify(
        header: String, of request: SignableRequest, bodyHash: String?, now: Int64
    ) throws(AWSError) -> VerifiedRequest {
        guard header.hasPrefix(AuthorizationHeader.algorithm) else { throw errors.unsupportedAuthorization(header) }
        guard let authorization = AuthorizationHeader(header) else {
            throw errors.malformedHeader(
                "the authorization header requires three components: Credential, SignedHeaders, and Signature.")
        }
        guard let scope = authorization.scope else {
            throw errors.malformedHeader(
                "the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".")
        }
        guard let (timestamp, signedAt) = date(of: request) else { throw errors.missingDate() }
        guard timestamp.hasPrefix(scope.date) else {
            throw errors.malformedHeader(
                "Invalid credential date \"\(scope.date)\". This date is not the same as X-Amz-Date: "
                    + "\"\(timestamp.prefix(8))\".")
        }
        guard abs(now - signedAt) <= allowedSkew else {
            throw errors.skewed(timestamp: timestamp, signedAt: signedAt, now: now, allowed: allowedSkew)
        }
        guard let payloadHash = isS3 ? request.header("x-amz-content-sha256") : bodyHash else {
            throw errors.missingPayloadHash()
        }
        let claim = Claim(
            scope: scope, signedHeaders: authorization.signedHeaders, signature: authorization.signature,
            timestamp: timestamp, payloadHash: payloadHash, token: request.header("x-amz-security-token"))
        let key = try check(claim, request)
        var verified = VerifiedRequest(
            scope: scope, signedAt: signedAt, payloadHash: payloadHash, isPresigned: false, chunkSignatures: nil)
        if payloadHash.hasPrefix("STREAMING-AWS4-HMAC-SHA256-PAYLOAD") {
            verified.chunkSignatures = ChunkSignatures(
                key: key, scope: scope, timestamp: timestamp, seed: authorization.signature)
        }
        return verified
    }

    private func verify(
        query: QueryString, of request: SignableRequest, bodyHash: String?, now: Int64
    ) throws(AWSError) -> VerifiedRequest {
        let presigned = try PresignedQuery(query, errors: errors)
        guard presigned.signedAt <= now + allowedSkew else {
            throw isS3
                ? AWSError("AccessDenied", "Request is not yet valid", status: 403)
                : errors.skewed(
                    timestamp: presigned.timestamp, signedAt: presigned.signedAt, now: now, allowed: allowedSkew)
        }
        let expires = presigned.signedAt + Int64(presigned.lifetime) * 1000
        guard now <= expires else {
            throw errors.presignExpired(
                lifetime: presigned.lifetime, timestamp: presigned.timestamp, expires: expires, now: now)
        }
        let declared = request.header("x-amz-content-sha256") ?? query["X-Amz-Content-Sha256"]
        let payloadHash = isS3 ? declared ?? "UNSIGNED-PAYLOAD" : bodyHash ?? Checksum.sha256Hex([])
        let claim = Claim(
            scope: presigned.scope, signedHeaders: presigned.signedHeaders, signature: presigned.signature,
            timestamp: presigned.timestamp, payloadHash: payloadHash, token: query["X-Amz-Security-Token"])
        _ = try check(claim, request)
        return VerifiedRequest(
            scope: presigned.scope, signedAt: presigned.signedAt, payloadHash: payloadHash, isPresigned: true,
            chunkSignatures: nil)
    }

    /// What a request says about its own signature.
    private struct Claim {
        var scope: CredentialScope
        var signedHeaders: [String]
        var signature: String
        var timestamp: String
        var payloadHash: String
        var token: String?
    }

    /// The key that the claim holds with.
    private func check(_ claim: Claim, _ request: SignableRequest) throws(AWSError) -> SigningKey {
        guard let known = credentials(claim.scope.accessKeyID) else {
            throw errors.unknownKey(claim.scope.accessKeyID)
        }
        guard known.sessionToken == nil || known.sessionToken == claim.token else { throw errors.wrongToken() }
        try checkCoverage(claim.signedHeaders, request)
        let key = SigningKey(secretAccessKey: known.secretAccessKey, scope: claim.scope)
        // Some clients write a space in the query as "+", which others send for a plus sign.
        let readings = request.query?.utf8.contains(UInt8(ascii: "+")) == true ? [false, true] : [false]
        let candidates = readings.map { plusIsSpace in
            CanonicalRequest(
                request, signedHeaders: claim.signedHeaders, payloadHash: claim.payloadHash, isS3: isS3,
                plusIsSpace: plusIsSpace)
        }
        for canonical in candidates
        where key.isValid(
            claim.signature, of: canonical.stringToSign(timestamp: claim.timestamp, scope: claim.scope))
        {
            return key
        }
        throw errors.wrongSignature(
            accessKeyID: claim.scope.accessKeyID, signature: claim.signature,
            stringToSign: candidates[0].stringToSign(timestamp: claim.timestamp, scope: claim.scope),
            canonicalRequest: candidates[0].text)
    }

    /// The host must be signed, and for S3 every `x-amz-` header that is there.
    private func checkCoverage(_ signedHeaders: [String], _ request: SignableRequest) throws(AWSError) {
        var required = request.header("host") == nil ? [] : ["host"]
        if isS3 {
            required += request.headers.map { $0.name.lowercased() }.filter {
                $0.hasPrefix("x-amz-") && $0 != "x-amz-content-sha256"
            }
        }
        let missing = required.filter { !signedHeaders.contains($0) }
        guard missing.isEmpty else { throw errors.unsignedHeaders(missing) }
    }

    /// `X-Amz-Date`, or `Date` in either format.
    private func date(of request: SignableRequest) -> (timestamp: String, milliseconds: Int64)? {
        for name in ["x-amz-date", "date"] {
            guard let text = request.header(name) else { continue }
            guard let moment = ISO8601.parse(text) ?? HTTPDate.parse(text) else { return nil }
            return (ISO8601.formatBasic(moment), moment)
        }
        return nil
    }
}
