// SPDX-License-Identifier: Apache-2.0
import AWSWire
public import Buffers
import Curl

/// Objects of S3 buckets.
///
/// All methods throw ``AWSServiceError`` for what S3 answers, and `CurlError` when it gives no answer.
public struct S3Client: Sendable {
    let caller: ServiceCaller

    /// An object and what its head says.
    public func getObject(bucket: String, key: String) async throws -> S3Object {
        let response = try await caller.call(request("GET", bucket, key))
        return S3Object(
            body: response.body, eTag: response.head.value(of: "ETag") ?? "",
            contentType: response.head.value(of: "Content-Type"))
    }

    /// What the head of an object says, without the object.
    public func headObject(bucket: String, key: String) async throws -> S3ObjectHead {
        let response = try await caller.call(request("HEAD", bucket, key))
        return S3ObjectHead(
            contentLength: response.head.value(of: "Content-Length").flatMap { Int($0) } ?? 0,
            eTag: response.head.value(of: "ETag") ?? "", contentType: response.head.value(of: "Content-Type"))
    }

    /// Writes an object.
    ///
    /// - Parameters:
    ///   - ifMatch: the ETag that the object must have, as another call gave it, with its quotation marks.
    ///   - ifNoneMatch: `*`: the object must not be there.
    /// - Returns: the ETag of the new object.
    /// - Throws: ``AWSServiceError`` with ``AWSServiceError/isPreconditionFailed`` when the condition does not hold.
    @discardableResult
    public func putObject(
        bucket: String, key: String, body: Bytes, contentType: String? = nil, ifMatch: String? = nil,
        ifNoneMatch: String? = nil
    ) async throws -> String {
        var request = request("PUT", bucket, key)
        request.body = body
        let optional = [("Content-Type", contentType), ("If-Match", ifMatch), ("If-None-Match", ifNoneMatch)]
        for case (let name, let value?) in optional { request.headers.append((name, value)) }
        return try await caller.call(request).head.value(of: "ETag") ?? ""
    }

    /// Deletes an object; one that is not there is deleted already.
    public func deleteObject(bucket: String, key: String) async throws {
        _ = try await caller.call(request("DELETE", bucket, key))
    }

    /// A URL under which anybody can get an object for a while.
    ///
    /// No request is made: the object need not be there.
    ///
    /// - Parameter expiresIn: in whole seconds, at most seven days.
    public func presignedGetURL(bucket: String, key: String, expiresIn: Duration) -> String {
        let request = request("GET", bucket, key)
        let seconds = min(max(Int(expiresIn.components.seconds), 1), 604_800)
        return caller.presigned(hostPrefix: request.hostPrefix, path: request.path, seconds: seconds)
    }

    /// The bucket stands in the host of AWS's own endpoint.
    ///
    /// It stands in the path of a configured one, whose host has one name, and when it has a dot, which AWS's
    /// certificate does not cover.
    private func request(_ method: String, _ bucket: String, _ key: String) -> ServiceRequest {
        let path = "/\(URIEncoding.encode(key, keepingSlashes: true))"
        if caller.endpoint.isAWS && !bucket.contains(".") {
            return ServiceRequest(method: method, hostPrefix: "\(bucket).", path: path)
        }
        return ServiceRequest(method: method, path: "/\(URIEncoding.encode(bucket))\(path)")
    }
}

/// An object of a bucket.
public struct S3Object: Sendable, Equatable {
    /// The bytes of the object.
    public var body: Bytes
    /// With its quotation marks, as conditions want it.
    public var eTag: String
    /// The media type that the object was written with.
    public var contentType: String?

    /// Creates one from its parts.
    public init(body: Bytes, eTag: String, contentType: String? = nil) {
        self.body = body
        self.eTag = eTag
        self.contentType = contentType
    }
}

/// What is known of an object without reading it.
public struct S3ObjectHead: Sendable, Equatable {
    /// In bytes.
    public var contentLength: Int
    /// With its quotation marks, as conditions want it.
    public var eTag: String
    /// The media type that the object was written with.
    public var contentType: String?
}
