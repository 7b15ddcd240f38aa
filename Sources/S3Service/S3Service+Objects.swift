// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import EventLoop
import GRDB
import HTTP1
import HTTPServer
import ServiceProtocols
import Store

extension S3Service {
    func putObject(_ request: S3Request) async throws -> HTTPResponse {
        _ = try bucket(request.bucket)
        try WriteHeaders.check(request.headers)
        var attributes = try ObjectAttributes(request.headers)
        let condition = try WriteCondition(request.headers)
        let expectation = try BodyExpectation(
            request.headers, contentLength: request.http.body.length,
            chunkSignatures: request.caller.chunkSignatures)
        let body = try await receive(request.http.body, expectation)
        attributes.setChecksum(body.summary.checksum)
        try await write(
            NewObject(
                bucket: request.bucket, key: request.key, content: body.content, size: body.summary.size,
                etag: body.summary.md5, attributes: attributes, condition: condition, event: "ObjectCreated:Put",
                origin: request.origin))
        var headers: HTTPHeaders = ["ETag": "\"\(body.summary.md5)\"", "x-amz-server-side-encryption": "AES256"]
        if let checksum = body.summary.checksum {
            headers.add(checksum.algorithm.headerName, checksum.base64)
            headers.add("x-amz-checksum-type", "FULL_OBJECT")
        }
        return HTTPResponse(status: 200, headers: headers)
    }

    func deleteObject(_ request: S3Request) async throws -> HTTPResponse {
        let bucket = try bucket(request.bucket)
        let condition = try WriteCondition(request.headers)
        let change = removal(of: request.key, in: bucket, request.origin)
        let account = environment.account
        let outcome = try await store.write { db in try change.remove(condition, account: account, db) }
        await finish(outcome)
        return HTTPResponse(status: 204)
    }

    /// An object, or what the conditions of the request make of it.
    ///
    /// - Parameter sendsBody: false for HeadObject.
    func getObject(_ request: S3Request, sendsBody: Bool) async throws -> HTTPResponse {
        let bucket = try bucket(request.bucket).name
        let conditions = ReadConditions(request.headers)
        let range = request.headers["range"].flatMap(ByteRange.init)
        let reading = ObjectReading(
            bucket: bucket, key: request.key, conditions: conditions, range: range, rangeText: request.headers["range"],
            opensFile: sendsBody)
        let found = try await read(reading)
        let withChecksum = request.headers["x-amz-checksum-mode"]?.uppercased() == "ENABLED" && found.isWhole
        // What is not modified is told by its validators alone: a client would check the checksum of no body.
        var headers =
            found.isNotModified ? HTTPHeaders() : found.record.attributes.headers(withChecksum: withChecksum)
        headers.add("ETag", "\"\(found.record.etag)\"")
        headers.add("Last-Modified", HTTPDate.format(found.record.modified))
        guard !found.isNotModified else { return HTTPResponse(status: 304, headers: headers) }
        headers.add("Accept-Ranges", "bytes")
        headers.add("x-amz-server-side-encryption", "AES256")
        ResponseOverrides.apply(request.query, to: &headers)
        if !found.isWhole {
            headers.add(
                "Content-Range",
                "bytes \(found.positions.lowerBound)-\(found.positions.upperBound - 1)/\(found.record.size)")
        }
        let status = found.isWhole ? 200 : 206
        guard sendsBody else {
            headers.add("Content-Length", String(found.positions.count))
            return HTTPResponse(status: status, headers: headers)
        }
        return HTTPResponse(status: status, headers: headers, stream: body(of: found))
    }

    /// Finds an object; tries again when it is replaced between the reading of its row and the opening of its file.
    func read(_ reading: ObjectReading) async throws -> FoundObject {
        for _ in 0..<8 {
            if let found = try await store.read({ [files] db in try reading.perform(files, db) }) { return found }
        }
        throw S3Error.internalError
    }

    private func body(of found: FoundObject) -> HTTPResponse.Body {
        guard let file = found.file else { return .bytes(found.bytes) }
        let loop = loop
        let positions = found.positions
        return .stream(length: positions.count) { writer in
            var offset = positions.lowerBound
            while offset < positions.upperBound {
                let piece = offset..<min(offset + ObjectReading.piece, positions.upperBound)
                let bytes = try await loop.offload { try file.read(piece) }
                try await writer.write(bytes)
                offset = piece.upperBound
            }
        }
    }

    func removal(of key: String, in bucket: Bucket, _ origin: ChangeOrigin) -> ObjectChange {
        ObjectChange(
            event: "ObjectRemoved:Delete", bucket: bucket, key: key, time: environment.clock.now.milliseconds,
            origin: origin, mark: environment.mark("s3"))
    }
}

extension ObjectChange {
    /// Removes the object, if it is there, and stores the events of that.
    func remove(_ condition: WriteCondition, account: String, _ db: Database) throws -> ChangeOutcome {
        let current = try S3Tables.current(bucket.name, key, db)
        try condition.check(current?.etag, key: key)
        guard let current else { return ChangeOutcome() }
        try S3Tables.removeObject(bucket.name, key, db)
        return ChangeOutcome(
            unused: [current.file], events: try store(account: account, db),
            records: record.map { [$0] } ?? [])
    }
}

/// The parameters with which whoever signed a URL chose headers of its answer.
enum ResponseOverrides {
    private static let names = [
        ("response-content-type", "Content-Type"), ("response-content-language", "Content-Language"),
        ("response-expires", "Expires"), ("response-cache-control", "Cache-Control"),
        ("response-content-disposition", "Content-Disposition"), ("response-content-encoding", "Content-Encoding"),
    ]

    static func apply(_ query: QueryString, to headers: inout HTTPHeaders) {
        for (parameter, header) in names {
            if let value = query[parameter] { headers[header] = value }
        }
    }
}
