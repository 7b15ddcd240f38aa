// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Testing

@testable import LambdaService

private let function = "arn:aws:lambda:us-east-1:000000000000:function:f"
private let bucket = PolicyContext(
    service: "s3.amazonaws.com", sourceARN: "arn:aws:s3:::birds", sourceAccount: "000000000000")
private let url = PolicyContext(functionURLAuthType: "NONE")

private func permission(
    _ principal: String = "s3.amazonaws.com", action: String = "lambda:InvokeFunction", id: String = "s",
    _ change: (inout FunctionPermission) -> Void = { _ in }
) -> FunctionPermission {
    var permission = FunctionPermission(statementID: id, action: action, principal: principal)
    change(&permission)
    return permission
}

private func policy(_ permissions: FunctionPermission..., on resource: String = function) throws -> ResourcePolicy {
    var policy = ResourcePolicy()
    for permission in permissions { try policy.add(try PolicyStatement(permission, on: resource)) }
    return policy
}

@Suite("Resource policies")
struct ResourcePolicyTests {
    @Test("What no statement allows is denied")
    func empty() {
        #expect(!ResourcePolicy().allows("lambda:InvokeFunction", on: function, in: bucket))
    }

    @Test("The resource is compared as it was qualified")
    func resource() throws {
        let qualified = try policy(permission(), on: "\(function):live")
        #expect(qualified.allows("lambda:InvokeFunction", on: "\(function):live", in: bucket))
        #expect(!qualified.allows("lambda:InvokeFunction", on: function, in: bucket))
        #expect(!(try policy(permission())).allows("lambda:InvokeFunction", on: "\(function):live", in: bucket))
    }

    @Test(
        "Actions match by name, whatever their case, or all at once",
        arguments: [
            ("lambda:InvokeFunction", true), ("lambda:invokeFunction", true), ("lambda:*", true), ("*", true),
            ("lambda:InvokeFunctionUrl", false), ("lambda:GetFunction", false),
        ])
    func actions(action: String, isAllowed: Bool) throws {
        let policy = try policy(permission(action: action))
        #expect(policy.allows("lambda:InvokeFunction", on: function, in: bucket) == isAllowed)
    }

    @Test(
        "Only the principal that is named may, or everybody; identities are not services",
        arguments: [
            ("s3.amazonaws.com", true), ("*", true), ("sns.amazonaws.com", false), ("000000000000", false),
            ("arn:aws:iam::000000000000:role/s3.amazonaws.com", false),
        ])
    func principals(principal: String, isAllowed: Bool) throws {
        #expect(
            try policy(permission(principal)).allows("lambda:InvokeFunction", on: function, in: bucket) == isAllowed)
    }

    @Test("Every condition must hold, and one about what the caller has not does not")
    func conditions() throws {
        func allows(_ context: PolicyContext, _ change: (inout FunctionPermission) -> Void) throws -> Bool {
            try policy(permission("*", change)).allows("lambda:InvokeFunction", on: function, in: context)
        }
        #expect(try allows(bucket) { $0.sourceAccount = "000000000000" })
        #expect(try !allows(bucket) { $0.sourceAccount = "111111111111" })
        #expect(try !allows(url) { $0.sourceAccount = "000000000000" })
        #expect(try allows(bucket) { $0.sourceARN = "arn:aws:s3:::bird?" })
        #expect(try !allows(bucket) { $0.sourceARN = "arn:aws:s3:::fish" })
        #expect(try !allows(url) { $0.sourceARN = "*" })
        #expect(
            try !allows(bucket) {
                $0.sourceARN = "arn:aws:s3:::birds"
                $0.sourceAccount = "111111111111"
            })
        #expect(try !allows(bucket) { $0.eventSourceToken = "token" })
        #expect(try !allows(bucket) { $0.principalOrgID = "o-0123456789" })
        #expect(try allows(url) { $0.functionURLAuthType = "NONE" })
        #expect(try !allows(url) { $0.functionURLAuthType = "AWS_IAM" })
        #expect(try !allows(bucket) { $0.functionURLAuthType = "NONE" })
        #expect(try allows(url) { $0.invokedViaFunctionURL = true })
        #expect(try !allows(bucket) { $0.invokedViaFunctionURL = true })
        #expect(try allows(bucket) { $0.invokedViaFunctionURL = false })
        #expect(try !allows(url) { $0.invokedViaFunctionURL = false })
    }

    @Test("One statement that allows is enough")
    func several() throws {
        var policy = try policy(permission("sns.amazonaws.com", id: "a"), permission(id: "b"))
        #expect(policy.allows("lambda:InvokeFunction", on: function, in: bucket))
        try policy.remove("b")
        #expect(!policy.allows("lambda:InvokeFunction", on: function, in: bucket))
    }

    // IAM User Guide, "Amazon Resource Name (ARN) condition operators".
    @Test(
        "ARNs are compared part by part",
        arguments: [
            ("arn:aws:s3:::birds", "arn:aws:s3:::birds", true),
            ("arn:aws:s3:::*", "arn:aws:s3:::birds", true),
            ("arn:aws:s3:::b*d*", "arn:aws:s3:::birds", true),
            ("arn:aws:s3:::b*d", "arn:aws:s3:::birds", false),
            ("arn:aws:s3:::?irds", "arn:aws:s3:::birds", true),
            ("arn:aws:s3:::birds?", "arn:aws:s3:::birds", false),
            ("arn:aws:s3:::Birds", "arn:aws:s3:::birds", false),
            ("arn:*:s3:*:*:birds", "arn:aws:s3:::birds", true),
            ("arn:aws:s3*", "arn:aws:s3:::birds", false),
            ("*", "arn:aws:s3:::birds", false),
            ("arn:aws:sns:us-*:000000000000:a*c", "arn:aws:sns:us-east-1:000000000000:abbc", true),
            ("arn:aws:sns:us-*:000000000000:a*c", "arn:aws:sns:eu-west-1:000000000000:abbc", false),
            ("arn:aws:x:r:1:a:*:c", "arn:aws:x:r:1:a:b:c", true),
            ("arn:aws:x:r:1:a*", "arn:aws:x:r:1:a:b:c", true),
            (
                "arn:aws:execute-api:r:1:api/*/GET/images/*",
                "arn:aws:execute-api:r:1:api/$default/GET/images/{id}", true
            ),
            ("arn:aws:execute-api:r:1:api/*/*", "arn:aws:execute-api:r:1:api/$default/$default", true),
            ("arn:aws:execute-api:r:1:api/*/*/$default", "arn:aws:execute-api:r:1:api/$default/$default", false),
            ("arn:aws:s3:::a*a*a*a*b", "arn:aws:s3:::\(String(repeating: "a", count: 60))", false),
        ])
    func patterns(pattern: String, arn: String, matches: Bool) {
        #expect(ARNPattern(pattern).matches(arn) == matches)
    }

    // Shapes: LocalStack's recorded snapshots of AWS (tests/aws/services/lambda_/test_lambda_api.snapshot.json,
    // TestLambdaRevisions::test_function_revisions_permissions), conditions as
    // https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html and
    // https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-services.html show them.
    @Test("A policy is written as AWS writes it")
    func document() throws {
        let policy = try policy(
            permission(id: "s3") {
                $0.sourceARN = "arn:aws:s3:::birds"
                $0.sourceAccount = "000000000000"
            },
            permission("111111111111", id: "account") {
                $0.principalOrgID = "o-0123456789"
                $0.eventSourceToken = "t"
            },
            permission("*", action: "lambda:InvokeFunctionUrl", id: "url") { $0.functionURLAuthType = "NONE" },
            permission("*", id: "via") { $0.invokedViaFunctionURL = true })
        let resource = #""Resource":"\#(function)""#
        let text = String(decoding: policy.document(), as: UTF8.self)
        #expect(
            text == #"{"Version":"2012-10-17","Id":"default","Statement":["#
                + #"{"Sid":"s3","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"#
                + #""Action":"lambda:InvokeFunction",\#(resource),"Condition":{"#
                + #""StringEquals":{"AWS:SourceAccount":"000000000000"},"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::birds"}}},"#
                + #"{"Sid":"account","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:root"},"#
                + #""Action":"lambda:InvokeFunction",\#(resource),"Condition":{"#
                + #""StringEquals":{"aws:PrincipalOrgID":"o-0123456789","lambda:EventSourceToken":"t"}}},"#
                + #"{"Sid":"url","Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunctionUrl",\#(resource),"#
                + #""Condition":{"StringEquals":{"lambda:FunctionUrlAuthType":"NONE"}}},"#
                + #"{"Sid":"via","Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunction",\#(resource),"#
                + #""Condition":{"Bool":{"lambda:InvokedViaFunctionUrl":"true"}}}]}"#)
    }

    @Test("A policy may be 20 KB long, and not a byte longer")
    func size() throws {
        var full = ResourcePolicy()
        func filler(_ length: Int) throws -> PolicyStatement {
            let name = String(repeating: "b", count: length)
            return try PolicyStatement(permission(id: "x") { $0.sourceARN = "arn:aws:s3:::\(name)" }, on: function)
        }
        try full.add(try filler(1))
        let room = 20_480 - full.document().count
        #expect(throws: AWSError.self) {
            var policy = ResourcePolicy()
            try policy.add(try filler(room + 2))
        }
        var policy = ResourcePolicy()
        try policy.add(try filler(room + 1))
        #expect(policy.document().count == 20_480)
        do throws(AWSError) {
            try policy.add(try PolicyStatement(permission(id: "y"), on: function))
            Issue.record("it was not refused")
        } catch {
            #expect(error.code == "PolicyLengthExceededException" && error.status == 400)
            #expect(error.message.hasSuffix("is bigger than the limit (20480)."))
        }
        #expect(policy.statements.count == 1)
    }
}
