// SPDX-License-Identifier: Apache-2.0
import AWSWire
import HTTP1
import HTTPServer
import ServiceProtocols
import Store

/// The object that `x-amz-copy-source` names: `bucket/key` or `/bucket/key`, percent-encoded.
struct CopySource: Sendable, Equatable {
    var bucket: String
    var key: String

    /// - Throws: `InvalidArgument`.
    init(_ headers: HTTPHeaders) throws(AWSError) {
        let header = headers["x-amz-copy-source"] ?? ""
        let path = header.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        if path.count == 2, path[1] != "versionId=null" { throw S3Error.noVersion }
        // Clients encode the slash between bucket and key too.
        guard let text = path.first.flatMap(URIEncoding.decode) else { throw Self.invalid(header) }
        let parts = (text.hasPrefix("/") ? text.dropFirst() : text[...]).split(
            separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { throw Self.invalid(header) }
        bucket = String(parts[0])
        key = String(parts[1])
    }

    private static func invalid(_ header: String) -> AWSError {
        S3Error.invalidArgument(
            "Copy Source must mention the source bucket and key: sourcebucket/sourcekey", "x-amz-copy-source", header)
    }
}

extension S3Service {
    func copyObject(_ request: S3Request) async throws -> HTTPResponse {
        let bucket = try bucket(request.bucket)
        try WriteHeaders.check(request.headers)
        let copy = try ObjectCopy(request, into: bucket, account: environment.account)
        _ = try self.bucket(copy.source.bucket)
        let (now, name) = (environment.clock.now.milliseconds, files.newName())
        let (record, outcome) = try await store.write { [files] db in
            try copy.perform(now: now, name: name, files, db)
        }
        await finish(outcome)
        var xml = XMLWriter()
        xml.element("CopyObjectResult", attributes: S3XML.namespace) { xml in
            xml.element("LastModified", ISO8601.format(record.modified))
            xml.element("ETag", "\"\(record.etag)\"")
        }
        return .xml(xml.finish())
    }
}
