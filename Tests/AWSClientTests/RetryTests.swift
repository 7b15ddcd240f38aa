// SPDX-License-Identifier: Apache-2.0
import Curl
import Testing

@testable import AWSClient

@Suite("Requests that failed are sent again")
struct RetryTests {
    @Test("What passes is tried three times, newly signed")
    func attempts() async throws {
        let aws = FakeAWS(.answer(503, body: "<Error><Code>SlowDown</Code></Error>"), .answer(500), .answer(204))
        try await aws.client(retries: RetryPolicy()).s3.deleteObject(bucket: "b", key: "k")
        #expect(aws.requests.count == 3)
        let failing = FakeAWS(.answer(500), .answer(500), .answer(502), .answer(204))
        let error = await #expect(throws: AWSServiceError.self) {
            try await failing.client(retries: RetryPolicy()).s3.deleteObject(bucket: "b", key: "k")
        }
        #expect(error?.status == 502)
    }

    @Test("What does not pass is tried once", arguments: [400, 403, 404, 412, 424])
    func final(status: Int) async throws {
        let aws = FakeAWS(.answer(status), .answer(204))
        await #expect(throws: AWSServiceError.self) {
            try await aws.client(retries: RetryPolicy()).s3.deleteObject(bucket: "b", key: "k")
        }
        #expect(aws.requests.count == 1)
    }

    @Test("Pauses double, and who is throttled waits longer")
    func pauses() {
        let policy = RetryPolicy(attempts: 10)
        let error = AWSServiceError(code: "InternalError", message: "", status: 500)
        let throttle = AWSServiceError(code: "ThrottlingException", message: "", status: 400)
        #expect(
            (1...3).map { policy.pause(after: error, attempt: $0, fraction: 1) } == [
                .milliseconds(50), .milliseconds(100), .milliseconds(200),
            ])
        #expect(policy.pause(after: throttle, attempt: 2, fraction: 0.5) == .seconds(1))
        #expect(policy.pause(after: throttle, attempt: 9, fraction: 1) == .seconds(20))
        #expect(policy.pause(after: error, attempt: 10, fraction: 1) == nil)
    }
}
