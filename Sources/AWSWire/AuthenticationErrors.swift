// SPDX-License-Identifier: Apache-2.0

/// The words in which a service rejects a signature.
///
/// S3's are its own; the others share theirs but not their codes.
///
/// AWS documentation: S3 API Reference, "Error Responses"; IAM User Guide, "Troubleshoot Signature Version 4 requests".
struct AuthenticationErrors: Sendable {
    let dialect: SigV4Verifier.Dialect

    private var isS3: Bool { dialect == .s3 }

    private func code(query: String, json: String) -> String { dialect == .query ? query : json }

    func malformedHeader(_ reason: String) -> AWSError {
        guard !isS3 else {
            return AWSError(
                "AuthorizationHeaderMalformed", "The authorization header is malformed; \(reason)", status: 400)
        }
        return AWSError(
            code(query: "IncompleteSignature", json: "IncompleteSignatureException"),
            "The authorization header is malformed; \(reason)", status: 400)
    }

    func unsupportedAuthorization(_ header: String) -> AWSError {
        guard !isS3 else {
            return AWSError(
                "InvalidArgument", "Unsupported Authorization Type", status: 400,
                details: [.init("ArgumentName", "Authorization"), .init("ArgumentValue", header)])
        }
        return AWSError(
            code(query: "IncompleteSignature", json: "IncompleteSignatureException"),
            "Unsupported AWS 'algorithm': '\(header.prefix { $0 != " " })'.", status: 400)
    }

    func malformedQuery(_ message: String) -> AWSError {
        AWSError(
            isS3
                ? "AuthorizationQueryParametersError"
                : code(query: "IncompleteSignature", json: "IncompleteSignatureException"),
            message, status: 400)
    }

    func missingDate() -> AWSError {
        guard !isS3 else {
            return AWSError(
                "AccessDenied", "AWS authentication requires a valid Date or x-amz-date header", status: 403)
        }
        return AWSError(
            code(query: "IncompleteSignature", json: "IncompleteSignatureException"),
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.", status: 400)
    }

    func missingPayloadHash() -> AWSError {
        AWSError("InvalidRequest", "Missing required header for this request: x-amz-content-sha256", status: 400)
    }

    func unknownKey(_ accessKeyID: String) -> AWSError {
        guard !isS3 else {
            return AWSError(
                "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.", status: 403,
                details: [.init("AWSAccessKeyId", accessKeyID)])
        }
        return AWSError(
            code(query: "InvalidClientTokenId", json: "UnrecognizedClientException"),
            "The security token included in the request is invalid.", status: 403)
    }

    func wrongToken() -> AWSError {
        guard !isS3 else {
            return AWSError("InvalidToken", "The provided token is malformed or otherwise invalid.", status: 400)
        }
        return unknownKey("")
    }

    func wrongSignature(
        accessKeyID: String, signature: String, stringToSign: String, canonicalRequest: String?
    ) -> AWSError {
        guard !isS3 else {
            var details: [AWSError.Detail] = [
                .init("AWSAccessKeyId", accessKeyID), .init("StringToSign", stringToSign),
                .init("SignatureProvided", signature), .init("StringToSignBytes", Self.spaced(stringToSign)),
            ]
            if let canonicalRequest {
                details.append(.init("CanonicalRequest", canonicalRequest))
                details.append(.init("CanonicalRequestBytes", Self.spaced(canonicalRequest)))
            }
            return AWSError(
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided. "
                    + "Check your key and signing method.", status: 403, details: details)
        }
        return AWSError(
            code(query: "SignatureDoesNotMatch", json: "InvalidSignatureException"),
            "The request signature we calculated does not match the signature you provided. "
                + "Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
            status: 403)
    }

    func unsignedHeaders(_ names: [String]) -> AWSError {
        AWSError(
            "AccessDenied", "There were headers present in the request which were not signed", status: 403,
            details: [.init("HeadersNotSigned", names.joined(separator: ", "))])
    }

    func skewed(timestamp: String, signedAt: Int64, now: Int64, allowed: Int64) -> AWSError {
        guard !isS3 else {
            return AWSError(
                "RequestTimeTooSkewed",
                "The difference between the request time and the current time is too large.", status: 403,
                details: [
                    .init("RequestTime", timestamp), .init("ServerTime", ISO8601.formatSeconds(now)),
                    .init("MaxAllowedSkewMilliseconds", Int(allowed)),
                ])
        }
        let server = ISO8601.formatBasic(now)
        let minutes = allowed / 60_000
        let message =
            signedAt < now
            ? "Signature expired: \(timestamp) is now earlier than \(ISO8601.formatBasic(now - allowed)) "
                + "(\(server) - \(minutes) min.)"
            : "Signature not yet current: \(timestamp) is still later than \(ISO8601.formatBasic(now + allowed)) "
                + "(\(server) + \(minutes) min.)"
        return AWSError(
            code(query: "SignatureDoesNotMatch", json: "InvalidSignatureException"), message, status: 403)
    }

    func presignExpired(lifetime: Int?, timestamp: String, expires: Int64, now: Int64) -> AWSError {
        guard isS3 else { return skewed(timestamp: timestamp, signedAt: 0, now: now, allowed: now - expires) }
        var details: [AWSError.Detail] = []
        if let lifetime { details.append(.init("X-Amz-Expires", lifetime)) }
        details.append(.init("Expires", ISO8601.formatSeconds(expires)))
        details.append(.init("ServerTime", ISO8601.formatSeconds(now)))
        return AWSError("AccessDenied", "Request has expired", status: 403, details: details)
    }

    /// The UTF-8 bytes in hexadecimal, with a space between two.
    private static func spaced(_ text: String) -> String {
        text.utf8.map { Hex.encode([$0]) }.joined(separator: " ")
    }
}
