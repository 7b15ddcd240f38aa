// SPDX-License-Identifier: Apache-2.0

/// The parameters that make a query a presigned one, checked for their form.
///
/// AWS documentation: S3 API Reference, "Authenticating Requests: Using Query Parameters".
struct PresignedQuery {
    /// Seven days, in seconds.
    static let longestLifetime = 604_800

    var scope: CredentialScope
    /// As it was sent: `20130524T000000Z`.
    var timestamp: String
    /// Milliseconds since 1970-01-01T00:00:00Z.
    var signedAt: Int64
    /// Seconds.
    var lifetime: Int
    var signedHeaders: [String]
    var signature: String

    init(_ query: QueryString, errors: AuthenticationErrors) throws(AWSError) {
        guard let algorithm = query["X-Amz-Algorithm"], let credential = query["X-Amz-Credential"],
            let signature = query["X-Amz-Signature"], let timestamp = query["X-Amz-Date"],
            let signedHeaders = query["X-Amz-SignedHeaders"],
            // Other services than S3 have a lifetime of their own.
            let expires = query["X-Amz-Expires"] ?? (errors.dialect == .s3 ? nil : "900")
        else {
            throw errors.malformedQuery(
                "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, "
                    + "X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.")
        }
        guard algorithm == AuthorizationHeader.algorithm else {
            throw errors.malformedQuery("X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256\"")
        }
        guard let scope = CredentialScope(credential: credential) else {
            throw errors.malformedQuery(
                "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "
                    + "\"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".")
        }
        guard timestamp.utf8.count == 16, let signedAt = ISO8601.parse(timestamp) else {
            throw errors.malformedQuery("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
        }
        guard timestamp.hasPrefix(scope.date) else {
            throw errors.malformedQuery(
                "Invalid credential date \"\(scope.date)\". This date is not the same as X-Amz-Date: "
                    + "\"\(timestamp.prefix(8))\".")
        }
        self.scope = scope
        self.timestamp = timestamp
        self.signedAt = signedAt
        lifetime = try Self.lifetime(expires, errors)
        self.signedHeaders = signedHeaders.split(separator: ";").map { $0.lowercased() }
        self.signature = signature
    }

    private static func lifetime(_ text: String, _ errors: AuthenticationErrors) throws(AWSError) -> Int {
        guard let seconds = Int(text) else { throw errors.malformedQuery("X-Amz-Expires should be a number") }
        guard seconds >= 0 else { throw errors.malformedQuery("X-Amz-Expires must be non-negative") }
        guard seconds <= longestLifetime else {
            throw errors.malformedQuery(
                "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less "
                    + "than 604800 seconds")
        }
        return seconds
    }
}
