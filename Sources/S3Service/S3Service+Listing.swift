// SPDX-License-Identifier: Apache-2.0
import AWSWire
import HTTPServer
import ServiceProtocols
import Store

extension S3Service {
    func listObjects(_ request: S3Request, isVersion2: Bool) async throws -> HTTPResponse {
        let bucket = try bucket(request.bucket).name
        let parameters = try ListingParameters(request.query, isVersion2: isVersion2)
        let document = ListingDocument(
            bucket: bucket, owner: BucketOwner(account: environment.account).canonicalID, parameters: parameters)
        return .xml(
            try await store.read { db in
                document.write(try S3Tables.list(bucket, parameters.request, db))
            })
    }
}
