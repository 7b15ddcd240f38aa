// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import HTTP1
import HTTPServer

/// A request with what is known of it before it is answered.
struct S3Request: Sendable {
    let http: HTTPRequest
    let ids: RequestIDs
    let address: S3Address
    let query: QueryString
    let caller: Caller
    /// Milliseconds since 1970: when it came.
    let received: Int64

    var headers: HTTPHeaders { http.headers }

    /// The bucket.
    ///
    /// Operations on the service have none, and never ask.
    var bucket: String { address.bucket ?? "" }
    /// The key.
    ///
    /// Operations on buckets have none, and never ask.
    var key: String { address.key ?? "" }

    /// Who changes an object, for the event that tells of it.
    var origin: ChangeOrigin {
        ChangeOrigin(
            principal: caller.principal, address: http.remoteAddress, ids: ids, trace: headers["x-amzn-trace-id"])
    }

    /// A document that the request carries, checked against the digests in its head.
    ///
    /// - Throws: `MissingContentLength` and the like; `MalformedXML` for one that is too long.
    func document() async throws -> Bytes {
        let expectation = try BodyExpectation(
            headers, contentLength: http.body.length, chunkSignatures: caller.chunkSignatures)
        let body: Bytes
        do {
            body = try await http.body.collect(limit: S3Limits.xmlBytes)
        } catch .tooLarge {
            throw S3Error.malformedXML
        } catch {
            throw S3Error.incompleteBody
        }
        var intake = BodyIntake(expectation)
        let pieces = try intake.take(body)
        _ = try intake.finish()
        if pieces.count == 1 { return pieces[0] }
        var builder = BytesBuilder()
        for piece in pieces { builder.append(piece) }
        return builder.finish()
    }
}

/// The two ids that S3 gives each request.
struct RequestIDs: Sendable, Equatable {
    /// Sixteen letters and digits.
    let requestID: String
    let hostID: String

    /// - Parameter uuid: a UUID, which the request's id is made of.
    init(uuid: String) {
        let letters = uuid.utf8.filter { $0 != UInt8(ascii: "-") }.prefix(16)
        requestID = String(decoding: letters, as: UTF8.self).uppercased()
        hostID = Base64.encode(Checksum.value(.sha256, of: Array(requestID.utf8)))
    }
}

/// Who changed an object, and with which request.
struct ChangeOrigin: Sendable {
    var principal: String
    var address: String
    var ids: RequestIDs
    /// The `X-Amzn-Trace-Id` of the request, by which Lambda finds loops.
    var trace: String?
}
