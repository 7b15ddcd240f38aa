// SPDX-License-Identifier: Apache-2.0
import AWSWire
import HTTPServer
import ServiceProtocols
import Store

/// The document of DeleteObjects.
struct DeleteDocument: Decodable {
    struct Object: Decodable {
        var key: String
        var versionID: String?
        var etag: String?

        enum CodingKeys: String, CodingKey {
            case key = "Key"
            case versionID = "VersionId"
            case etag = "ETag"
        }
    }

    var objects: [Object]
    var isQuiet: Bool?

    enum CodingKeys: String, CodingKey {
        case objects = "Object"
        case isQuiet = "Quiet"
    }
}

extension S3Service {
    /// Removes up to 1000 objects; what fails fails alone.
    func deleteObjects(_ request: S3Request) async throws -> HTTPResponse {
        let bucket = try bucket(request.bucket)
        let isDigested = request.headers.contains {
            $0.name.lowercased() == "content-md5" || $0.name.lowercased().hasPrefix("x-amz-checksum-")
                || $0.name.lowercased() == "x-amz-trailer"
        }
        guard isDigested else {
            throw S3Error.invalidRequest("Missing required header for this request: Content-MD5")
        }
        let document = try S3XML.decode(DeleteDocument.self, from: try await request.document())
        guard (1...S3Limits.listed).contains(document.objects.count) else { throw S3Error.malformedXML }
        let results = try await removeAll(document.objects, in: bucket, request.origin)
        return .xml(Self.document(results, isQuiet: document.isQuiet == true))
    }

    private typealias Removal = (key: String, error: AWSError?)

    private func removeAll(
        _ objects: [DeleteDocument.Object], in bucket: Bucket, _ origin: ChangeOrigin
    ) async throws -> [Removal] {
        let changes = objects.map { (object: $0, change: removal(of: $0.key, in: bucket, origin)) }
        let account = environment.account
        let (results, outcome) = try await store.write { db in
            var results: [Removal] = []
            var total = ChangeOutcome()
            for (object, change) in changes {
                do {
                    if let version = object.versionID, version != "null" { throw S3Error.noVersion }
                    let condition = object.etag.map { WriteCondition.matches(ETagList($0)) } ?? .none
                    let outcome = try change.remove(condition, account: account, db)
                    total.unused += outcome.unused
                    total.events += outcome.events
                    total.records += outcome.records
                    results.append((object.key, nil))
                } catch let error as AWSError {
                    results.append((object.key, error))
                }
            }
            return (results, total)
        }
        await finish(outcome)
        return results
    }

    private static func document(_ results: [Removal], isQuiet: Bool) -> [UInt8] {
        var xml = XMLWriter()
        xml.element("DeleteResult", attributes: S3XML.namespace) { xml in
            for (key, error) in results {
                if let error {
                    xml.element("Error") { xml in
                        xml.element("Key", key)
                        xml.element("Code", error.code)
                        xml.element("Message", error.message)
                    }
                } else if !isQuiet {
                    xml.element("Deleted") { $0.element("Key", key) }
                }
            }
        }
        return xml.finish()
    }
}
