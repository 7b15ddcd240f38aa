// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import GRDB
import HTTP1
import HTTPServer
public import ServiceProtocols
import Store

extension S3Service {
    /// Makes a bucket, unless it is there already.
    ///
    /// - Throws: S3's error for a name that is none.
    public func createBucket(_ name: String) async throws(ServiceError) {
        guard buckets[name] == nil else { return }
        do {
            try await insertBucket(name, region: environment.region)
        } catch {
            throw ServiceError(S3Error.from(error))
        }
    }

    func listBuckets(_ request: S3Request) throws -> HTTPResponse {
        let prefix = request.query["prefix"] ?? ""
        let after = request.query["continuation-token"].flatMap(ContinuationToken.key) ?? ""
        let limit = request.query["max-buckets"].flatMap { Int($0) } ?? 10_000
        guard (1...10_000).contains(limit) else {
            throw S3Error.invalidArgument(
                "Argument max-buckets must be an integer between 1 and 10000", "max-buckets",
                request.query["max-buckets"])
        }
        let matching = buckets.values.filter { $0.name.hasPrefix(prefix) && $0.name > after }.sorted {
            $0.name < $1.name
        }
        let page = matching.prefix(limit)
        var xml = XMLWriter()
        xml.element("ListAllMyBucketsResult", attributes: S3XML.namespace) { xml in
            xml.element("Owner") { $0.element("ID", BucketOwner(account: environment.account).canonicalID) }
            xml.element("Buckets") { xml in
                for bucket in page {
                    xml.element("Bucket") { xml in
                        xml.element("Name", bucket.name)
                        xml.element("CreationDate", ISO8601.format(bucket.created))
                        xml.element("BucketRegion", bucket.region)
                    }
                }
            }
            if !prefix.isEmpty { xml.element("Prefix", prefix) }
            if matching.count > limit, let last = page.last {
                xml.element("ContinuationToken", ContinuationToken.make(after: last.name))
            }
        }
        return .xml(xml.finish())
    }

    func createBucket(_ request: S3Request) async throws -> HTTPResponse {
        let name = request.bucket
        try WriteHeaders.check(request.headers)
        let constraint = try await locationConstraint(request)
        let region = try BucketRegion.choose(constraint, endpoint: environment.region)
        if buckets[name] != nil {
            // The oldest region still takes the same request twice.
            guard environment.region == "us-east-1" else { throw S3Error.bucketAlreadyOwnedByYou(name) }
        } else {
            try await insertBucket(name, region: region)
        }
        return HTTPResponse(
            status: 200, headers: ["Location": "/\(name)", "x-amz-bucket-arn": "arn:aws:s3:::\(name)"])
    }

    func headBucket(_ request: S3Request) throws -> HTTPResponse {
        let bucket = try bucket(request.bucket)
        return HTTPResponse(
            status: 200,
            headers: [
                "Content-Type": "application/xml", "x-amz-bucket-region": bucket.region,
                "x-amz-bucket-arn": "arn:aws:s3:::\(bucket.name)", "x-amz-access-point-alias": "false",
            ])
    }

    func deleteBucket(_ request: S3Request) async throws -> HTTPResponse {
        let name = try bucket(request.bucket).name
        let unused = try await store.write { db in try S3Tables.removeBucket(name, db) }
        buckets[name] = nil
        discard(unused)
        return HTTPResponse(status: 204)
    }

    func getBucketLocation(_ request: S3Request) throws -> HTTPResponse {
        let region = try bucket(request.bucket).region
        var xml = XMLWriter()
        // The oldest region has no name here.
        xml.element("LocationConstraint", attributes: S3XML.namespace, region == "us-east-1" ? "" : region)
        return .xml(xml.finish())
    }

    func getAbsent(_ configuration: AbsentConfiguration, _ request: S3Request) async throws -> HTTPResponse {
        let bucket = try bucket(request.bucket).name
        if configuration == .objectTagging {
            let key = request.key
            let isThere = try await store.read { db in try S3Tables.current(bucket, key, db) != nil }
            guard isThere else { throw S3Error.noSuchKey(key) }
        }
        return .xml(try configuration.document(bucket: bucket))
    }

    private func insertBucket(_ name: String, region: String) async throws {
        guard BucketName.isValid(name) else { throw S3Error.invalidBucketName(name) }
        let bucket = Bucket(name: name, region: region, created: environment.clock.now.milliseconds)
        do {
            try await store.write { db in try S3Tables.insert(bucket, db) }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
            // Another request made it while this one waited.
            guard buckets[name] != nil else { throw S3Error.bucketAlreadyOwnedByYou(name) }
            return
        }
        buckets[name] = bucket
    }

    private func locationConstraint(_ request: S3Request) async throws -> String? {
        guard request.http.body.length != 0 else { return nil }
        if request.http.body.length == nil, !request.headers.contains("transfer-encoding") { return nil }
        let body = try await request.document()
        guard !body.isEmpty else { return nil }
        return try S3XML.decode(CreateBucketConfiguration.self, from: body).location()
    }
}

/// The document of CreateBucket.
private struct CreateBucketConfiguration: Decodable {
    struct Other: Decodable {}

    var locationConstraint: String?
    var tags: Other?
    var bucket: Other?
    var place: Other?

    enum CodingKeys: String, CodingKey {
        case locationConstraint = "LocationConstraint"
        case tags = "Tags"
        case bucket = "Bucket"
        case place = "Location"
    }

    func location() throws(AWSError) -> String? {
        if tags != nil { throw S3Error.notImplemented("Tags") }
        if bucket != nil || place != nil { throw S3Error.notImplemented("Bucket") }
        return locationConstraint
    }
}

/// Where a bucket lives (AWS documentation: S3 API Reference, "CreateBucket").
enum BucketRegion {
    /// - Parameters:
    ///   - constraint: the region that the request names.
    ///   - endpoint: the region that the request was sent to.
    static func choose(_ constraint: String?, endpoint: String) throws(AWSError) -> String {
        guard let constraint, !constraint.isEmpty else {
            guard endpoint == "us-east-1" else { throw illegal("unspecified", endpoint) }
            return endpoint
        }
        let region = constraint == "EU" ? "eu-west-1" : constraint
        guard isRegion(region), region != "us-east-1" else {
            throw AWSError(
                "InvalidLocationConstraint", "The specified location-constraint is not valid", status: 400,
                details: [AWSError.Detail("LocationConstraint", constraint)])
        }
        // The oldest region's endpoint is everybody's.
        guard endpoint == "us-east-1" || endpoint == region else { throw illegal(constraint, endpoint) }
        return region
    }

    private static func illegal(_ constraint: String, _ endpoint: String) -> AWSError {
        AWSError(
            "IllegalLocationConstraintException",
            "The \(constraint) location constraint is incompatible for the region specific endpoint this request was "
                + "sent to.", status: 400)
    }

    private static func isRegion(_ name: String) -> Bool {
        let parts = name.split(separator: "-", omittingEmptySubsequences: false)
        return parts.count >= 3 && parts[0].count == 2 && Int(parts[parts.count - 1]) != nil
            && name.utf8.allSatisfy { $0 == 45 || (48...57).contains($0) || (97...122).contains($0) }
    }
}
