// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import EventLoop
import HTTP1
import HTTPServer
import ServiceProtocols
import Store

extension S3Service {
    func createMultipartUpload(_ request: S3Request) async throws -> HTTPResponse {
        _ = try bucket(request.bucket)
        try WriteHeaders.check(request.headers)
        let id = Base64.encode(Array("\(environment.makeID())\(environment.makeID())".utf8)).filter { $0 != "=" }
        let upload = UploadRecord(
            id: id, bucket: request.bucket, key: request.key, initiated: request.received,
            attributes: try ObjectAttributes(request.headers))
        try await store.write { db in try S3Tables.insert(upload, db) }
        var xml = XMLWriter()
        xml.element("InitiateMultipartUploadResult", attributes: S3XML.namespace) { xml in
            xml.element("Bucket", upload.bucket)
            xml.element("Key", upload.key)
            xml.element("UploadId", upload.id)
        }
        return .xml(xml.finish())
    }

    func uploadPart(_ request: S3Request) async throws -> HTTPResponse {
        let number = try partNumber(request)
        let expectation = try BodyExpectation(
            request.headers, contentLength: request.http.body.length,
            chunkSignatures: request.caller.chunkSignatures)
        _ = try await upload(request)
        let body = try await receive(request.http.body, expectation)
        try await store(body, as: number, request)
        var headers: HTTPHeaders = [
            "ETag": "\"\(body.summary.md5)\"", "x-amz-server-side-encryption": "AES256",
        ]
        if let checksum = body.summary.checksum { headers.add(checksum.algorithm.headerName, checksum.base64) }
        return HTTPResponse(status: 200, headers: headers)
    }

    func uploadPartCopy(_ request: S3Request) async throws -> HTTPResponse {
        let number = try partNumber(request)
        let source = try CopySource(request.headers)
        _ = try await upload(request)
        let rangeText = request.headers["x-amz-copy-source-range"]
        var reading = ObjectReading(bucket: try bucket(source.bucket).name, key: source.key, rangeText: rangeText)
        let conditions = ReadConditions(request.headers, prefix: "x-amz-copy-source-")
        reading.conditions = conditions
        if let rangeText {
            guard case .between(let first, let last)? = ByteRange(rangeText) else {
                throw S3Error.invalidArgument(
                    "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are "
                        + "the zero-based offsets of the first and last bytes to copy", "x-amz-copy-source-range",
                    rangeText)
            }
            reading.range = .between(first, last)
        }
        let found = try await read(reading)
        guard !found.isNotModified else { throw S3Error.preconditionFailed("x-amz-copy-source-If-None-Match") }
        let body = try await loop.offload { [files] in try found.copied(files) }
        let modified = try await store(body, as: number, request)
        var xml = XMLWriter()
        xml.element("CopyPartResult", attributes: S3XML.namespace) { xml in
            xml.element("LastModified", ISO8601.format(modified))
            xml.element("ETag", "\"\(body.summary.md5)\"")
        }
        return .xml(xml.finish())
    }

    func completeMultipartUpload(_ request: S3Request) async throws -> HTTPResponse {
        let condition = try WriteCondition(request.headers)
        // A checksum of the whole object, which is not computed over parts here.
        for algorithm in Checksum.Algorithm.allCases where algorithm != .md5 {
            guard !request.headers.contains(algorithm.headerName) else {
                throw S3Error.notImplemented(algorithm.headerName)
            }
        }
        let upload = try await upload(request)
        let document = try S3XML.decode(MultipartCompletion.self, from: try await request.document())
        let parts = try document.choose(from: try await store.read { db in try S3Tables.parts(upload.id, db) })
        let file = try await loop.offload { [files] in try files.joined(parts.map { ($0.file, $0.size) }) }
        guard let file else { throw S3Error.noSuchUpload(upload.id) }
        let etag = MultipartCompletion.etag(parts)
        try await write(
            NewObject(
                bucket: upload.bucket, key: upload.key, content: .file(file),
                size: parts.reduce(0) { $0 + $1.size }, etag: etag, attributes: upload.attributes,
                condition: condition, event: "ObjectCreated:CompleteMultipartUpload", origin: request.origin,
                upload: upload.id))
        var xml = XMLWriter()
        xml.element("CompleteMultipartUploadResult", attributes: S3XML.namespace) { xml in
            xml.element("Location", "http://\(request.headers["host"] ?? "localhost")\(request.http.path)")
            xml.element("Bucket", upload.bucket)
            xml.element("Key", upload.key)
            xml.element("ETag", "\"\(etag)\"")
        }
        return .xml(xml.finish())
    }

    func abortMultipartUpload(_ request: S3Request) async throws -> HTTPResponse {
        let upload = try await upload(request)
        discard(try await store.write { db in try S3Tables.removeUpload(upload.id, db) })
        return HTTPResponse(status: 204)
    }

    /// The upload that a request names.
    ///
    /// - Throws: `NoSuchUpload`.
    func upload(_ request: S3Request) async throws -> UploadRecord {
        let (bucket, key) = (try bucket(request.bucket).name, request.key)
        let id = request.query["uploadId"] ?? ""
        return try await store.read { db in try S3Tables.upload(id, bucket, key, db) }
    }

    private func partNumber(_ request: S3Request) throws(AWSError) -> Int {
        let text = request.query["partNumber"]
        guard let number = text.flatMap({ Int($0) }), S3Limits.partNumbers.contains(number) else {
            throw S3Error.invalidArgument(
                "Part number must be an integer between 1 and 10000, inclusive", "partNumber", text)
        }
        return number
    }

    /// - Returns: when it was stored.
    @discardableResult
    private func store(_ body: ReceivedBody, as number: Int, _ request: S3Request) async throws -> Int64 {
        let (bucket, key, id) = (request.bucket, request.key, request.query["uploadId"] ?? "")
        let part = PartRecord(
            number: number, size: body.summary.size, etag: body.summary.md5,
            modified: environment.clock.now.milliseconds, file: body.summary.size == 0 ? "" : files.newName())
        let replaced = try await store.write { [files] db in
            _ = try S3Tables.upload(id, bucket, key, db)
            let replaced = try S3Tables.put(part, of: id, db)
            if !part.file.isEmpty { try files.place(body.content, as: part.file) }
            return replaced
        }
        discard(replaced)
        return part.modified
    }
}

extension ObjectFiles {
    /// A file with the bytes of some others, one after the other; nil when one is gone.
    func joined(_ parts: [(name: String, size: Int)]) throws -> TemporaryFile? {
        let file = try temporary()
        for part in parts where part.size > 0 {
            guard let source = try open(part.name) else { return nil }
            try file.append(source, 0..<part.size)
        }
        return file
    }
}

extension FoundObject {
    /// The bytes once more, in a file of their own when they are many.
    ///
    /// Blocks.
    fileprivate func copied(_ files: ObjectFiles) throws -> ReceivedBody {
        var md5 = Checksum(.md5)
        guard let file else {
            bytes.withUnsafeBytes { md5.update($0) }
            return ReceivedBody(
                content: .memory([bytes]), summary: BodySummary(size: bytes.count, md5: Hex.encode(md5.value)))
        }
        let copy = try files.temporary()
        for start in stride(from: positions.lowerBound, to: positions.upperBound, by: ObjectReading.piece) {
            let piece = try file.read(start..<min(start + ObjectReading.piece, positions.upperBound))
            piece.withUnsafeBytes { md5.update($0) }
            try copy.append(piece)
        }
        return ReceivedBody(
            content: .file(copy), summary: BodySummary(size: positions.count, md5: Hex.encode(md5.value)))
    }
}
