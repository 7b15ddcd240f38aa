// SPDX-License-Identifier: Apache-2.0

/// What a signature is good for: one key, one day, one region, one service.
public struct CredentialScope: Sendable, Equatable {
    public var accessKeyID: String
    /// `yyyyMMdd`
    public var date: String
    public var region: String
    /// The service's signing name: `lambda`, `s3`, `sns`, `sagemaker`, `execute-api`, …
    public var service: String

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

    /// `AKID/date/region/service/aws4_request`
    public var credential: String { "\(accessKeyID)/\(text)" }
}

/// The scope that an `Authorization` header names, without any check of the signature; nil when there is none.
public func credentialScope(ofAuthorization header: some StringProtocol) -> CredentialScope? {
    AuthorizationHeader(header)?.scope
}

/// The scope that a presigned query (`X-Amz-Credential`) names, without any check; nil when there is none.
public func credentialScope(ofQuery query: some StringProtocol) -> CredentialScope? {
    let name = "X-Amz-Credential="
    for piece in query.split(separator: "&") where piece.hasPrefix(name) {
        return CredentialScope(credential: URIEncoding.decodeLeniently(piece.dropFirst(name.count)))
    }
    return nil
}
