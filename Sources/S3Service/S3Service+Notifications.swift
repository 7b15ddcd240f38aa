// SPDX-License-Identifier: Apache-2.0
import AWSWire
import HTTP1
import HTTPServer
public import ServiceProtocols
import Store

extension S3Service {
    /// Gives a bucket its rules, in place of those that it had.
    ///
    /// - Throws: S3's error for rules that are wrong, overlap, or name a function that S3 may not invoke for the
    ///   bucket.
    public func setNotifications(_ rules: [NotificationRule], of bucket: String) async throws(ServiceError) {
        do {
            try NotificationRules.check(rules)
            try await store(rules, for: try self.bucket(bucket).name, validatesTargets: true)
        } catch {
            throw ServiceError(S3Error.from(error))
        }
    }

    func getNotifications(_ request: S3Request) throws -> HTTPResponse {
        .xml(NotificationConfiguration.document(try bucket(request.bucket).notifications))
    }

    func putNotifications(_ request: S3Request) async throws -> HTTPResponse {
        let bucket = try bucket(request.bucket).name
        let document = try S3XML.decode(NotificationConfiguration.self, from: try await request.document())
        let rules = try document.rules(makeID: environment.makeID)
        let skips = request.headers["x-amz-skip-destination-validation"]?.lowercased() == "true"
        try await store(rules, for: bucket, validatesTargets: !skips)
        return HTTPResponse(status: 200)
    }

    private func store(_ rules: [NotificationRule], for bucket: String, validatesTargets: Bool) async throws {
        if validatesTargets {
            let caller = ServiceCaller(bucket: bucket, account: environment.account)
            for rule in rules where await !invoking.allows(caller, toInvoke: rule.function) {
                throw NotificationRules.notAuthorized(rule.function)
            }
        }
        try await store.write { db in try S3Tables.setNotifications(rules, of: bucket, db) }
        buckets[bucket]?.notifications = rules
    }
}
