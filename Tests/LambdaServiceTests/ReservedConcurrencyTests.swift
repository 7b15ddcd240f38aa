// SPDX-License-Identifier: Apache-2.0
import Buffers
import HTTP1
import HTTPServer
import ServiceProtocols
import Testing

@testable import LambdaService

private let concurrency = "/2017-10-31/functions/f/concurrency"
private let reading = "/2019-09-30/functions/f/concurrency"

// Shapes and paths: botocore, lambda/2015-03-31. Wording: LocalStack's recorded snapshots of AWS,
// tests/aws/services/lambda_/test_lambda_api.snapshot.json.
@Suite("Reserved concurrency in the API", .timeLimit(.minutes(1)))
struct ReservedConcurrencyAPITests {
    @Test("A reservation is set, shown, counted and given up")
    func life() async throws {
        try await ServiceFixture.run { fixture in
            try await fixture.function()
            #expect(await fixture.request("GET", reading).bytes.string == "{}")
            let put = await fixture.request("PUT", concurrency, body: #"{"ReservedConcurrentExecutions":900}"#)
            #expect(put.status == 200 && put.bytes.string == #"{"ReservedConcurrentExecutions":900}"#)
            #expect(await fixture.request("GET", reading).bytes.string == put.bytes.string)
            let function = await fixture.request("GET", "/2015-03-31/functions/f")
            #expect((function.json["Concurrency"] as? [String: Int]) == ["ReservedConcurrentExecutions": 900])
            let account = await fixture.request("GET", "/2016-08-19/account-settings/")
            #expect(
                account.bytes.string
                    == #"{"AccountLimit":{"TotalCodeSize":80530636800,"CodeSizeUnzipped":262144000,"#
                    + #""CodeSizeZipped":52428800,"ConcurrentExecutions":1000,"UnreservedConcurrentExecutions":100},"#
                    + #""AccountUsage":{"TotalCodeSize":1,"FunctionCount":1}}"#)
            let deleted = await fixture.request("DELETE", concurrency)
            #expect(deleted.status == 204 && deleted.bytes.isEmpty)
            #expect(await fixture.request("GET", reading).bytes.string == "{}")
            #expect(await fixture.request("GET", "/2015-03-31/functions/f").json["Concurrency"] == nil)
        }
    }

    @Test(
        "Wrong reservations get AWS's errors",
        arguments: [
            (
                "f", #"{"ReservedConcurrentExecutions":901}"#,
                "400 InvalidParameterValueException: Specified ReservedConcurrentExecutions for function decreases "
                    + "account's UnreservedConcurrentExecution below its minimum value of [100]."
            ),
            (
                "f", #"{"ReservedConcurrentExecutions":-1}"#,
                "400 ValidationException: 1 validation error detected: Value '-1' at 'reservedConcurrentExecutions' "
                    + "failed to satisfy constraint: Member must have value greater than or equal to 0"
            ),
            (
                "f", "{}",
                "400 ValidationException: 1 validation error detected: Value null at 'reservedConcurrentExecutions' "
                    + "failed to satisfy constraint: Member must not be null"
            ),
            (
                "g", #"{"ReservedConcurrentExecutions":1}"#,
                "404 ResourceNotFoundException: Function not found: arn:aws:lambda:us-east-1:000000000000:function:g"
            ),
            (
                "f:live", #"{"ReservedConcurrentExecutions":1}"#,
                "400 InvalidParameterValueException: This operation is permitted on Lambda functions only. Aliases and "
                    + "versions do not support this operation. Please specify either a function name or an unqualified "
                    + "function ARN."
            ),
        ])
    func errors(name: String, body: String, message: String) async throws {
        try await ServiceFixture.run { fixture in
            try await fixture.function()
            let answer = await fixture.request("PUT", "/2017-10-31/functions/\(name)/concurrency", body: Bytes(body))
            #expect(answer.error == message)
        }
    }

    @Test("A function with nothing reserved for it is throttled with the reason, on all of its versions")
    func throttled() async throws {
        try await ServiceFixture.run { fixture in
            try await fixture.function()
            try await fixture.service.publishVersion(of: "f")
            try await fixture.service.reserveConcurrency(0, of: "f")
            for name in ["f", "f:1"] {
                let answer = await fixture.request("POST", "/2015-03-31/functions/\(name)/invocations", body: "{}")
                #expect(answer.status == 429)
                #expect(
                    answer.bytes.string
                        == #"{"Type":"User","message":"Rate Exceeded.","#
                        + #""Reason":"ReservedFunctionConcurrentInvocationLimitExceeded"}"#)
            }
            try await fixture.service.reserveConcurrency(nil, of: "f")
            #expect(try await fixture.invoke().functionError == nil)
        }
    }

    @Test("A function that is made again has none of the reservation of the one before")
    func madeAgain() async throws {
        try await ServiceFixture.run { fixture in
            try await fixture.function()
            try await fixture.service.reserveConcurrency(0, of: "f")
            #expect(await fixture.request("DELETE", "/2015-03-31/functions/f").status == 204)
            try await fixture.function()
            #expect(try await fixture.invoke().functionError == nil)
            #expect(await fixture.request("GET", reading).bytes.string == "{}")
        }
    }
}
