// SPDX-License-Identifier: Apache-2.0
import Buffers
import Foundation
import HTTP1
import HTTPServer
import Locks
import ServiceProtocols
import Testing

@testable import LambdaService

private let functions = "/2015-03-31/functions"
private let arn = "arn:aws:lambda:us-east-1:000000000000:function:f"
private let invoke = #""Action":"lambda:InvokeFunction""#
private let topic = ServiceCaller(
    principal: "sns.amazonaws.com", sourceARN: "arn:aws:sns:us-east-1:000000000000:songs",
    sourceAccount: "000000000000")

// Shapes and paths: botocore, lambda/2015-03-31. Wording: LocalStack's recorded snapshots of AWS,
// tests/aws/services/lambda_/test_lambda_api.snapshot.json (TestLambdaPermissions, TestLambdaRevisions).
@Suite("Permissions", .timeLimit(.minutes(1)))
struct PermissionTests {
    @Test("A permission is added, read and taken away, and the function has another revision each time")
    func life() async throws {
        try await ServiceFixture.run { fixture in
            try await fixture.function()
            func revision() async -> String? {
                await fixture.request("GET", "\(functions)/f/configuration").json["RevisionId"] as? String
            }
            let first = await revision()
            let added = await fixture.request(
                "POST", "\(functions)/f/policy",
                body: #"{"StatementId":"s3",\#(invoke),"Principal":"s3.amazonaws.com"}"#.bytes)
            let statement =
                #"{"Sid":"s3","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},\#(invoke),"Resource":"\#(arn)"}"#
            #expect(added.status == 201 && added.json["Statement"] as? String == statement)
            let read = await fixture.request("GET", "\(functions)/f/policy")
            #expect(
                read.status == 200
                    && read.json["Policy"] as? String
                        == #"{"Version":"2012-10-17","Id":"default","Statement":[\#(statement)]}"#
            )
            let second = await revision()
            #expect(read.json["RevisionId"] as? String == second && first != second)
            let removed = await fixture.request(
                "DELETE", "\(functions)/\(arn)/policy/s3", query: "RevisionId=\(second ?? "")")
            #expect(removed.status == 204 && removed.bytes.isEmpty)
            #expect(await revision() != second)
            #expect(
                await fixture.request("GET", "\(functions)/f/policy").error
                    == "404 ResourceNotFoundException: The resource you requested does not exist.")
        }
    }

    @Test(
        "What cannot be is refused in AWS's words",
        arguments: [
            ("GET", "g/policy", nil, "", "404 ResourceNotFoundException: Function not found: \(arn.dropLast())g"),
            (
                "POST", "g/policy", nil, #""StatementId":"a",\#(invoke),"Principal":"*""#,
                "404 ResourceNotFoundException: Function not found: \(arn.dropLast())g"
            ),
            ("DELETE", "g/policy/a", nil, "", "404 ResourceNotFoundException: No policy found for: \(arn.dropLast())g"),
            (
                "DELETE", "f/policy/a", "Qualifier=live", "",
                "404 ResourceNotFoundException: No policy is associated with the given resource."
            ),
            (
                "DELETE", "f/policy/a", nil, "",
                "404 ResourceNotFoundException: Statement a is not found in resource policy."
            ),
            (
                "DELETE", "f/policy/s3", "RevisionId=other", "",
                "412 PreconditionFailedException: The Revision Id provided does not match the latest Revision Id. "
                    + "Call the GetFunction/GetAlias API to retrieve the latest Revision Id"
            ),
            (
                "POST", "f/policy", nil, #""StatementId":"a",\#(invoke),"Principal":"*","RevisionId":"other""#,
                "412 PreconditionFailedException: The Revision Id provided does not match the latest Revision Id. "
                    + "Call the GetPolicy API to retrieve the latest Revision Id"
            ),
            (
                "POST", "f/policy", nil, #""StatementId":"s3",\#(invoke),"Principal":"*""#,
                "409 ResourceConflictException: The statement id (s3) provided already exists. Please provide a new "
                    + "statement id, or remove the existing statement."
            ),
            (
                "POST", "f/policy", "Qualifier=%24LATEST", #""StatementId":"a",\#(invoke),"Principal":"*""#,
                "400 InvalidParameterValueException: We currently do not support adding policies for $LATEST."
            ),
            (
                "POST", "f:$LATEST/policy", nil, #""StatementId":"a",\#(invoke),"Principal":"*""#,
                "400 InvalidParameterValueException: We currently do not support adding policies for $LATEST."
            ),
            (
                "POST", "f/policy", "Qualifier=none", #""StatementId":"a",\#(invoke),"Principal":"*""#,
                "404 ResourceNotFoundException: Cannot find alias arn: \(arn):none"
            ),
            (
                "POST", "f/policy", "Qualifier=7", #""StatementId":"a",\#(invoke),"Principal":"*""#,
                "404 ResourceNotFoundException: Function not found: \(arn):7"
            ),
            (
                "POST", "f/policy", nil, #""StatementId":"a",\#(invoke),"Principal":"amazon""#,
                "400 InvalidParameterValueException: The provided principal was invalid. Please check the principal and "
                    + "try again."
            ),
            (
                "POST", "f/policy", nil, #""StatementId":"a b",\#(invoke),"Principal":"*""#,
                "400 ValidationException: 1 validation error detected: Value 'a b' at 'statementId' failed to satisfy "
                    + "constraint: Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)"
            ),
            (
                "POST", "f/policy", nil, #""StatementId":"a","Action":"s3:Get","Principal":"*""#,
                "400 ValidationException: 1 validation error detected: Value 's3:Get' at 'action' failed to satisfy "
                    + "constraint: Member must satisfy regular expression pattern: (lambda:[*]|lambda:[a-zA-Z]+|[*])"
            ),
            (
                "POST", "f/policy", nil, #""StatementId":"a",\#(invoke),"Principal":"*","SourceAccount":"1""#,
                "400 ValidationException: 1 validation error detected: Value '1' at 'sourceAccount' failed to satisfy "
                    + "constraint: Member must satisfy regular expression pattern: \\d{12}"
            ),
            (
                "POST", "f/policy", nil, #""StatementId":"a",\#(invoke),"Principal":"*","FunctionUrlAuthType":"NONE""#,
                "400 InvalidParameterValueException: FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl "
                    + "action"
            ),
        ] as [(String, String, String?, String, String)])
    func errors(method: String, path: String, query: String?, body: String, error: String) async throws {
        try await ServiceFixture.run { fixture in
            try await fixture.function()
            try await fixture.service.publishVersion(of: "f")
            try await fixture.service.createAlias("live", of: "f", version: "1")
            try await fixture.service.addPermission(.init(statementID: "s3", action: "*", principal: "*"), to: "f")
            let found = await fixture.request(
                method, "\(functions)/\(path)", query: query, body: method == "POST" ? "{\(body)}".bytes : Bytes())
            #expect(found.error == error)
        }
    }

    @Test("Function, version and alias have policies of their own, which end with them")
    func qualifiers() async throws {
        try await ServiceFixture.run { fixture in
            try await fixture.function()
            try await fixture.service.publishVersion(of: "f")
            try await fixture.service.createAlias("live", of: "f", version: "1")
            let permission = FunctionPermission(
                statementID: "sns", action: "lambda:InvokeFunction", principal: "sns.amazonaws.com")
            for (name, others) in [(arn, ["f:1", "f:live"]), ("f:1", ["f:live"]), ("f:live", [])] {
                #expect(await !fixture.service.allows(topic, toInvoke: name))
                try await fixture.service.addPermission(permission, to: name)
                #expect(await fixture.service.allows(topic, toInvoke: name))
                for other in others { #expect(await !fixture.service.allows(topic, toInvoke: other)) }
            }
            // On AWS too, the permission for the function is for who names it without a version.
            #expect(await !fixture.service.allows(topic, toInvoke: "f:$LATEST"))
            #expect(await fixture.request("GET", "\(functions)/f/policy", query: "Qualifier=live").status == 200)
            _ = await fixture.request("DELETE", "\(functions)/f")
            try await fixture.function()
            #expect(await fixture.request("GET", "\(functions)/f/policy").status == 404)
        }
    }

    @Test("A service needs a permission for what it names; the account's own callers need none")
    func enforcement() async throws {
        try await ServiceFixture.run { fixture in
            try await fixture.function()
            let invocation = Invocation(function: "f", payload: "{}", caller: topic)
            let denied = ServiceError(
                code: "AccessDeniedException",
                message:
                    "User: sns.amazonaws.com is not authorized to perform: lambda:InvokeFunction on resource: \(arn) "
                    + "because no resource-based policy allows the lambda:InvokeFunction action", status: 403)
            await #expect(throws: denied) { try await fixture.service.invoke(invocation) }
            await #expect(throws: denied) { try await fixture.service.invokeAsync(invocation) }
            #expect(
                fixture.reports.withLock { $0 }
                    == Array(
                        repeating:
                            "sns.amazonaws.com may not invoke \(arn) for \(topic.sourceARN): no permission allows it. Declare "
                            + "an AWS::Lambda::Permission, or: aws lambda add-permission --function-name f --statement-id "
                            + "sns-invoke --action lambda:InvokeFunction --principal sns.amazonaws.com --source-arn "
                            + "'\(topic.sourceARN)'", count: 2))
            #expect(try await fixture.invoke().payload == "{}")

            var permission = FunctionPermission(
                statementID: "sns", action: "lambda:InvokeFunction", principal: "sns.amazonaws.com")
            permission.sourceARN = "arn:aws:sns:us-east-1:000000000000:so?g*"
            try await fixture.service.addPermission(permission, to: "f")
            #expect(try await fixture.service.invoke(invocation).payload == "{}")
            var other = invocation
            other.caller?.sourceARN = "arn:aws:sns:us-east-1:000000000000:noise"
            await #expect(throws: denied) { try await fixture.service.invoke(other) }
            _ = try await fixture.service.invokeAsync(invocation)
            _ = await fixture.attempts.next(3)
        }
    }

    @Test("A function that is not there is told as such, and not reported as a missing permission")
    func unknown() async throws {
        try await ServiceFixture.run { fixture in
            #expect(await !fixture.service.allows(topic, toInvoke: "f"))
            #expect(fixture.reports.withLock(\.isEmpty))
        }
    }

    @Test("A public function URL takes two permissions")
    func functionURL() async throws {
        try await ServiceFixture.run { fixture in
            try await fixture.function()
            let name = try FunctionName("f", qualifier: nil, account: "000000000000", region: "us-east-1")
            var url = FunctionPermission(statementID: "url", action: "lambda:InvokeFunctionUrl", principal: "*")
            url.functionURLAuthType = "NONE"
            try await fixture.service.addPermission(url, to: "f")
            #expect(await !fixture.service.allowsPublicURL(of: name))
            var via = FunctionPermission(statementID: "via", action: "lambda:InvokeFunction", principal: "*")
            via.invokedViaFunctionURL = true
            try await fixture.service.addPermission(via, to: "f")
            #expect(await fixture.service.allowsPublicURL(of: name))
        }
    }
}

extension String {
    fileprivate var bytes: Bytes { Bytes(self) }
}
