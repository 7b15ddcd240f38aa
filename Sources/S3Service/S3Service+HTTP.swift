// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import HTTP1
public import HTTPServer
import Logging
import ServiceProtocols

extension S3Service: HTTPHandler {
    /// Answers a request to S3's REST API, path style or virtual-hosted; errors are the XML of AWS's "Error responses"
    /// (S3 API Reference), without a body for a HEAD.
    public func respond(to request: HTTPRequest) async -> HTTPResponse {
        let ids = RequestIDs(uuid: environment.makeID())
        var response: HTTPResponse
        do {
            response = try await answer(request, ids)
        } catch let error as AWSError {
            response = failure(error, request, ids)
        } catch {
            log.error("a request failed", metadata: ["path": "\(request.path)", "error": "\(error)"])
            response = failure(S3Error.internalError, request, ids)
        }
        response.headers.add("x-amz-request-id", ids.requestID)
        response.headers.add("x-amz-id-2", ids.hostID)
        response.headers.add("Server", "AmazonS3")
        return response
    }

    private func answer(_ http: HTTPRequest, _ ids: RequestIDs) async throws -> HTTPResponse {
        let now = environment.clock.now.milliseconds
        let host = http.headers["host"]
        let address = try S3Address(host: host, path: http.path)
        let query = QueryString(parsing: http.query ?? "", plusIsSpace: true)
        let operation = try S3Operation(method: http.method, address: address, query: query, headers: http.headers)
        let signable = SignableRequest(
            method: http.method, path: http.path, query: http.query,
            headers: http.headers.map { (name: $0.name, value: $0.value) })
        let caller = try caller(of: signable, bucketInHost: address.isVirtualHosted ? address.bucket : nil)
        let request = S3Request(
            http: http, ids: ids, address: address, query: query, caller: caller, received: now)
        try check(request)
        try failByChaos(operation, address)
        return try await perform(operation, request)
    }

    /// Finds out who sent a request.
    ///
    /// It is dated by the caller's clock; where functions read the emulator's, by either.
    private func caller(of request: SignableRequest, bucketInHost: String?) throws(AWSError) -> Caller {
        let clock = environment.clock
        do throws(AWSError) {
            return try access.caller(of: request, bucketInHost: bucketInHost, now: clock.clientTime.milliseconds)
        } catch {
            guard environment.turns != nil,
                let caller = try? access.caller(of: request, bucketInHost: bucketInHost, now: clock.now.milliseconds)
            else { throw error }
            return caller
        }
    }

    /// - Throws: the error that chaos has for a request.
    private func failByChaos(_ operation: S3Operation, _ address: S3Address) throws(AWSError) {
        guard let chaos = environment.chaos else { return }
        var point = ChaosPoint(.request, of: "s3")
        point.operation = operation.apiName
        (point.resource, point.key) = (address.bucket ?? "", address.key ?? "")
        if case .fail(let error)? = chaos.strike(at: point) {
            throw AWSError(error.code, error.message, status: error.status)
        }
    }

    /// What holds for every operation.
    private func check(_ request: S3Request) throws(AWSError) {
        if let owner = request.headers["x-amz-expected-bucket-owner"], owner != environment.account {
            throw S3Error.accessDenied
        }
        // Buckets have no versions here: their objects are all of version "null".
        if let version = request.query["versionId"], version != "null" { throw S3Error.noVersion }
    }

    private func perform(_ operation: S3Operation, _ request: S3Request) async throws -> HTTPResponse {
        switch operation {
        case .listBuckets: try listBuckets(request)
        case .createBucket: try await createBucket(request)
        case .headBucket: try headBucket(request)
        case .deleteBucket: try await deleteBucket(request)
        case .getBucketLocation: try getBucketLocation(request)
        case .getNotifications: try getNotifications(request)
        case .putNotifications: try await putNotifications(request)
        case .listObjects: try await listObjects(request, isVersion2: false)
        case .listObjectsV2: try await listObjects(request, isVersion2: true)
        case .deleteObjects: try await deleteObjects(request)
        case .getObject: try await getObject(request, sendsBody: true)
        case .headObject: try await getObject(request, sendsBody: false)
        case .putObject: try await putObject(request)
        case .copyObject: try await copyObject(request)
        case .deleteObject: try await deleteObject(request)
        case .createMultipartUpload: try await createMultipartUpload(request)
        case .uploadPart: try await uploadPart(request)
        case .uploadPartCopy: try await uploadPartCopy(request)
        case .completeMultipartUpload: try await completeMultipartUpload(request)
        case .abortMultipartUpload: try await abortMultipartUpload(request)
        case .listParts: try await listParts(request)
        case .listMultipartUploads: try await listMultipartUploads(request)
        case .getAbsent(let configuration): try await getAbsent(configuration, request)
        }
    }

    private func failure(_ error: AWSError, _ request: HTTPRequest, _ ids: RequestIDs) -> HTTPResponse {
        // The answer to a HEAD has no body, and so tells no code.
        guard request.method != "HEAD" else { return HTTPResponse(status: error.status) }
        let wire = ErrorFormat.s3(resource: "").response(for: error, requestID: ids.requestID)
        var headers: HTTPHeaders = ["Content-Type": "application/xml"]
        if error.code == "InvalidRange", case .number(let size)? = error.details.last?.value {
            headers.add("Content-Range", "bytes */\(size)")
        }
        return HTTPResponse(status: wire.status, headers: headers, body: Bytes(wire.body))
    }
}

extension HTTPResponse {
    /// An answer with a document.
    static func xml(_ document: [UInt8]) -> HTTPResponse {
        HTTPResponse(status: 200, headers: ["Content-Type": "application/xml"], body: Bytes(document))
    }
}
