// SPDX-License-Identifier: Apache-2.0
import AWSWire

/// What a listing tells of an object.
struct ListedObject: Sendable {
    var size: Int
    var etag: String
    var modified: Int64
}

/// The documents of ListObjects and ListObjectsV2.
struct ListingDocument {
    let bucket: String
    let owner: String
    let parameters: ListingParameters

    func write(_ page: ListingPage<ListedObject>) -> [UInt8] {
        var xml = XMLWriter()
        xml.element("ListBucketResult", attributes: S3XML.namespace) { xml in
            xml.element("Name", bucket)
            xml.element("Prefix", text(parameters.request.prefix))
            if parameters.isVersion2 { writeHead2(page, &xml) } else { writeHead1(page, &xml) }
            xml.element("MaxKeys", String(parameters.request.limit))
            if !parameters.request.delimiter.isEmpty { xml.element("Delimiter", text(parameters.request.delimiter)) }
            if parameters.encodesKeys { xml.element("EncodingType", "url") }
            xml.element("IsTruncated", page.next == nil ? "false" : "true")
            for item in page.items {
                if case .object(let key, let entry) = item { write(key, entry, &xml) }
            }
            for item in page.items {
                guard case .commonPrefix(let prefix) = item else { continue }
                xml.element("CommonPrefixes") { $0.element("Prefix", text(prefix)) }
            }
        }
        return xml.finish()
    }

    private func writeHead1(_ page: ListingPage<ListedObject>, _ xml: inout XMLWriter) {
        xml.element("Marker", text(parameters.marker))
        // Without a delimiter the last key of the page is the marker, and S3 leaves it to the client to see that.
        if let next = page.next, !parameters.request.delimiter.isEmpty { xml.element("NextMarker", text(next)) }
    }

    private func writeHead2(_ page: ListingPage<ListedObject>, _ xml: inout XMLWriter) {
        if let token = parameters.token { xml.element("ContinuationToken", token) }
        if let next = page.next { xml.element("NextContinuationToken", ContinuationToken.make(after: next)) }
        if let startAfter = parameters.startAfter { xml.element("StartAfter", text(startAfter)) }
        xml.element("KeyCount", String(page.items.count))
    }

    private func write(_ key: String, _ entry: ListedObject, _ xml: inout XMLWriter) {
        xml.element("Contents") { xml in
            xml.element("Key", text(key))
            xml.element("LastModified", ISO8601.format(entry.modified))
            xml.element("ETag", "\"\(entry.etag)\"")
            xml.element("Size", String(entry.size))
            if parameters.fetchesOwner {
                xml.element("Owner") { $0.element("ID", owner) }
            }
            xml.element("StorageClass", "STANDARD")
        }
    }

    private func text(_ key: String) -> String {
        parameters.encodesKeys ? URIEncoding.encodeForm(key, keepingSlashes: true) : key
    }
}
