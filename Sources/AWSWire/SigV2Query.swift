// SPDX-License-Identifier: Apache-2.0

/// A query presigned with S3's older Signature Version 2, which boto3 still makes by default for `us-east-1`.
///
/// AWS documentation: S3 API Reference, "Signing and Authenticating REST Requests (AWS Signature Version 2)".
struct SigV2Query {
    /// The parameters that belong to the resource that is signed.
    private static let subresources: Set<String> = [
        "accelerate", "acl", "analytics", "cors", "defaultObjectAcl", "delete", "inventory", "lifecycle", "location",
        "logging", "metrics", "notification", "object-lock", "partNumber", "policy", "requestPayment",
        "response-cache-control", "response-content-disposition", "response-content-encoding",
        "response-content-language", "response-content-type", "response-expires", "restore", "retention", "select",
        "select-type", "tagging", "torrent", "uploadId", "uploads", "versionId", "versioning", "versions", "website",
    ]

    let request: SignableRequest
    /// The bucket, where the host name and not the path names it.
    let virtualHostBucket: String?
    let query: QueryString

    init(request: SignableRequest, virtualHostBucket: String?) {
        self.request = request
        self.virtualHostBucket = virtualHostBucket
        // A plus sign is never meant here but in base64 that was sent without encoding.
        query = QueryString(parsing: request.query ?? "", plusIsSpace: false)
    }

    func verify(with verifier: SigV4Verifier, now: Int64) throws(AWSError) -> VerifiedRequest {
        let errors = verifier.errors
        guard let accessKeyID = query["AWSAccessKeyId"], let signature = query["Signature"],
            let expires = query["Expires"]
        else {
            throw AWSError(
                "AccessDenied",
                "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters",
                status: 403)
        }
        guard let seconds = Int64(expires), seconds >= 0, seconds < 1 << 40 else {
            throw AWSError("AccessDenied", "Invalid date (should be seconds since epoch): \(expires)", status: 403)
        }
        guard now <= seconds * 1000 else {
            throw errors.presignExpired(lifetime: nil, timestamp: "", expires: seconds * 1000, now: now)
        }
        guard let known = verifier.credentials(accessKeyID) else { throw errors.unknownKey(accessKeyID) }
        guard known.sessionToken == nil || known.sessionToken == query["x-amz-security-token"] else {
            throw errors.wrongToken()
        }
        let text = stringToSign(expires: expires)
        let key = Array(known.secretAccessKey.utf8)
        guard let code = Base64.decode(signature),
            MessageCode.areEqual(code, MessageCode.make(.sha1, of: Array(text.utf8), key: key))
        else {
            throw errors.wrongSignature(
                accessKeyID: accessKeyID, signature: signature, stringToSign: text, canonicalRequest: nil)
        }
        // Version 2 knows no scope; the key alone is what it proves.
        let scope = CredentialScope(accessKeyID: accessKeyID, date: "", region: "", service: "s3")
        return VerifiedRequest(
            scope: scope, signedAt: now, payloadHash: "UNSIGNED-PAYLOAD", isPresigned: true, chunkSignatures: nil)
    }

    private func stringToSign(expires: String) -> String {
        let lines = [
            request.method, value("content-md5"), value("content-type"), expires, amzHeaders + resource,
        ]
        return lines.joined(separator: "\n")
    }

    /// A header may be sent as such or as a parameter of the query.
    private func value(_ name: String) -> String {
        request.header(name) ?? query.parameters.first { $0.name.lowercased() == name }?.value ?? ""
    }

    private var amzHeaders: String {
        var values: [String: [String]] = [:]
        for (name, value) in request.headers + query.parameters.map({ ($0.name, $0.value) }) {
            let name = name.lowercased()
            guard name.hasPrefix("x-amz-") else { continue }
            values[name, default: []].append(String(value.trimmedASCIIWhitespace))
        }
        return values.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value.joined(separator: ","))\n" }.joined()
    }

    private var resource: String {
        let bucket = virtualHostBucket.map { "/\($0)" } ?? ""
        let named = query.parameters.filter { Self.subresources.contains($0.name) }.sorted { $0.name < $1.name }
        let suffix = named.map { $0.value.isEmpty ? $0.name : "\($0.name)=\($0.value)" }.joined(separator: "&")
        return bucket + request.path + (suffix.isEmpty ? "" : "?\(suffix)")
    }
}
