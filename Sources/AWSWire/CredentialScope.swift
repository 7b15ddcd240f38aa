// SPDX-License-Identifier: Apache-2.0

/// What a signature is good for: one key, one day, one region, one service.
public struct CredentialScope: Sendable, Equatable {
    /// The public part of the credentials.
    public var accessKeyID: String
    /// The UTC day of the signature as `yyyyMMdd`, eight digits.
    public var date: String
    /// The region that the request was signed for, such as `us-east-1`.
    public var region: String
    /// The service's signing name, such as `lambda`, `s3`, `sns`, `sagemaker` or `execute-api`.
    public var service: String

    /// Puts a scope together.
    public init(accessKeyID: String, date: String, region: String, service: String) {
        self.accessKeyID = accessKeyID
        self.date = date
        self.region = region
        self.service = service
    }

    /// Reads `AKID/yyyyMMdd/region/service/aws4_request`; an access key may hold slashes itself.
    public init?(credential: some StringProtocol) {
        let parts = Substring(credential).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 5, parts.last == "aws4_request" else { return nil }
        let tail = parts.suffix(4).map { String($0) }
        let accessKeyID = parts.dropLast(4).joined(separator: "/")
        guard !accessKeyID.isEmpty, tail[0].utf8.count == 8, tail[0].utf8.allSatisfy(\.isASCIIDigit),
            !tail[1].isEmpty, !tail[2].isEmpty
        else { return nil }
        self.init(accessKeyID: accessKeyID, date: tail[0], region: tail[1], service: tail[2])
    }

    /// `date/region/service/aws4_request`, as it stands in the string to sign.
    public var text: String { "\(date)/\(region)/\(service)/aws4_request" }

    /// The whole of a `Credential` parameter, `AKID/date/region/service/aws4_request`, not percent-encoded.
    public var credential: String { "\(accessKeyID)/\(text)" }
}

/// The scope that an `Authorization` header names, without any check of the signature; nil when there is none.
public func credentialScope(ofAuthorization header: some StringProtocol) -> CredentialScope? {
    AuthorizationHeader(header)?.scope
}

/// The scope that a presigned query names, without any check; nil when there is none.
///
/// `X-Amz-Credential` holds it. A query signed with S3's Version 2 (`AWSAccessKeyId`) gets one with an empty date and
/// region.
public func credentialScope(ofQuery query: some StringProtocol) -> CredentialScope? {
    for piece in query.split(separator: "&") {
        let parts = piece.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0] == "X-Amz-Credential" || parts[0] == "AWSAccessKeyId" else { continue }
        let value = URIEncoding.decodeLeniently(parts[1])
        return parts[0] == "AWSAccessKeyId"
            ? CredentialScope(accessKeyID: value, date: "", region: "", service: "s3")
            : CredentialScope(credential: value)
    }
    return nil
}
