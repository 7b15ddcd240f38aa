// SPDX-License-Identifier: Apache-2.0
import AWSWire
import HTTPServer
import ServiceProtocols
import Store

extension S3Service {
    func listParts(_ request: S3Request) async throws -> HTTPResponse {
        let upload = try await upload(request)
        let marker = request.query["part-number-marker"].flatMap { Int($0) } ?? 0
        let limit = min(request.query["max-parts"].flatMap { Int($0) } ?? S3Limits.listed, S3Limits.listed)
        guard limit >= 0 else {
            throw S3Error.invalidArgument(
                "Argument max-parts must be an integer between 0 and 2147483647", "max-parts",
                request.query["max-parts"])
        }
        let rest = try await store.read { db in try S3Tables.parts(upload.id, db) }.filter { $0.number > marker }
        let page = rest.prefix(limit)
        var xml = XMLWriter()
        xml.element("ListPartsResult", attributes: S3XML.namespace) { xml in
            xml.element("Bucket", upload.bucket)
            xml.element("Key", upload.key)
            xml.element("UploadId", upload.id)
            writeOwner("Initiator", &xml)
            writeOwner("Owner", &xml)
            xml.element("StorageClass", "STANDARD")
            xml.element("PartNumberMarker", String(marker))
            xml.element("NextPartNumberMarker", String(page.last?.number ?? 0))
            xml.element("MaxParts", String(limit))
            xml.element("IsTruncated", rest.count > page.count ? "true" : "false")
            for part in page { write(part, &xml) }
        }
        return .xml(xml.finish())
    }

    /// Lists uploads on one page; a page or a delimiter that was asked for is refused, not ignored.
    func listMultipartUploads(_ request: S3Request) async throws -> HTTPResponse {
        for name in ["delimiter", "key-marker", "upload-id-marker"] where request.query[name]?.isEmpty == false {
            throw S3Error.notImplemented(name)
        }
        let bucket = try bucket(request.bucket).name
        let prefix = request.query["prefix"] ?? ""
        let encodes = request.query["encoding-type"] == "url"
        let uploads = try await store.read { db in try S3Tables.uploads(bucket, db) }
            .filter { $0.key.utf8.starts(with: prefix.utf8) }
        var xml = XMLWriter()
        xml.element("ListMultipartUploadsResult", attributes: S3XML.namespace) { xml in
            xml.element("Bucket", bucket)
            xml.element("KeyMarker", "")
            xml.element("UploadIdMarker", "")
            xml.element("Prefix", prefix)
            if encodes { xml.element("EncodingType", "url") }
            xml.element("MaxUploads", String(S3Limits.listed))
            xml.element("IsTruncated", "false")
            for upload in uploads {
                xml.element("Upload") { xml in
                    xml.element(
                        "Key", encodes ? URIEncoding.encodeForm(upload.key, keepingSlashes: true) : upload.key)
                    xml.element("UploadId", upload.id)
                    writeOwner("Initiator", &xml)
                    writeOwner("Owner", &xml)
                    xml.element("StorageClass", "STANDARD")
                    xml.element("Initiated", ISO8601.format(upload.initiated))
                }
            }
        }
        return .xml(xml.finish())
    }

    private func write(_ part: PartRecord, _ xml: inout XMLWriter) {
        xml.element("Part") { xml in
            xml.element("PartNumber", String(part.number))
            xml.element("LastModified", ISO8601.format(part.modified))
            xml.element("ETag", "\"\(part.etag)\"")
            xml.element("Size", String(part.size))
        }
    }

    private func writeOwner(_ name: String, _ xml: inout XMLWriter) {
        xml.element(name) { $0.element("ID", BucketOwner(account: environment.account).canonicalID) }
    }
}
