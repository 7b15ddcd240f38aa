// SPDX-License-Identifier: Apache-2.0
import CloudFormation
import Testing

// Wording: https://github.com/aws/serverless-application-model, samtranslator/model/sam_resources.py (SamConnector).
@Suite("Connectors")
struct ConnectorTests {
    private static let resources = """
        "Pictures": {"Type": "AWS::S3::Bucket"}, "Songs": {"Type": "AWS::SNS::Topic"},
        "Jobs": {"Type": "AWS::SQS::Queue"}, "Api": {"Type": "AWS::Serverless::HttpApi"}, \(function()),
        """

    private func connector(_ properties: String) -> String {
        serverless(Self.resources + #""Link": {"Type": "AWS::Serverless::Connector", "Properties": {\#(properties)}}"#)
    }

    @Test(
        "From a source of events to a function it is a permission",
        arguments: [
            ("Pictures", "s3.amazonaws.com", "arn:aws:s3:::", "000000000000"),
            ("Songs", "sns.amazonaws.com", "arn:aws:sns:us-east-1:000000000000:", nil),
            ("Api", "apigateway.amazonaws.com", "arn:aws:execute-api:us-east-1:000000000000:", nil),
        ] as [(String, String, String, String?)])
    func permissions(source: String, principal: String, arn: String, account: String?) throws {
        let text = connector(
            #""Source": {"Id": "\#(source)"}, "Destination": {"Id": "Handler"}, "Permissions": ["Write"]"#)
        let permission = try #require(try read(text).permissions.first)
        #expect(permission.action == "lambda:InvokeFunction")
        #expect(permission.principal == principal)
        #expect(permission.sourceAccount == account)
        #expect(permission.sourceARN?.hasPrefix(arn) == true)
        #expect(permission.functionName.hasPrefix("arn:aws:lambda:us-east-1:000000000000:function:"))
    }

    @Test("Several destinations, a source by its ARN, a connector inside of its source")
    func forms() throws {
        let several = connector(
            #"""
            "Source": {"Type": "AWS::SNS::Topic", "Arn": "arn:aws:sns:us-east-1:000000000000:elsewhere"},
            "Destination": [{"Id": "Handler"}, {"Id": "Jobs"}], "Permissions": ["Write"]
            """#)
        let application = try read(several)
        #expect(application.permissions.map(\.logicalID) == ["LinkWriteLambdaPermissionDestination0"])
        #expect(application.permissions.map(\.sourceARN) == ["arn:aws:sns:us-east-1:000000000000:elsewhere"])
        let inside = serverless(
            Self.resources
                + #"""
                "Birds": {"Type": "AWS::S3::Bucket", "Connectors": {"ToHandler": {"Properties": {
                    "Destination": {"Id": "Handler"}, "Permissions": ["Write"]}}}}
                """#)
        let found = try read(inside).permissions
        #expect(found.map(\.logicalID) == ["BirdsToHandlerWriteLambdaPermission"])
    }

    @Test("What it allows a role is accepted and said to have no effect")
    func roles() throws {
        let text = connector(
            #""Source": {"Id": "Handler"}, "Destination": {"Id": "Pictures"}, "Permissions": ["Read", "Write"]"#)
        let application = try read(text)
        #expect(application.permissions.isEmpty)
        #expect(
            application.diagnostics.map { "\($0.severity) \($0.path): \($0.message)" } == [
                "note Resources.Link: accepted: nothing checks here what it allows"
            ])
    }

    @Test("What the public transform refuses is refused in its words")
    func refused() {
        let function = #""Destination": {"Id": "Handler"}"#
        for (properties, message) in [
            (
                #""Source": {"Id": "Nobody"}, \#(function), "Permissions": ["Write"]"#,
                "Unable to find resource with logical ID 'Nobody'."
            ),
            (
                #""Source": {"Id": "Songs", "Arn": "a"}, \#(function), "Permissions": ["Write"]"#,
                "Must provide 'Id' (with optional 'Qualifier') or a supported combination of other properties."
            ),
            (
                #""Source": {"Id": "Songs"}, \#(function), "Permissions": ["Read"]"#,
                "Unsupported 'Permissions' provided for connector from AWS::SNS::Topic to AWS::Lambda::Function; "
                    + "valid values are: Write."
            ),
            (
                #""Source": {"Id": "Jobs"}, \#(function), "Permissions": ["Read"]"#,
                "Unsupported 'Permissions' provided for connector from AWS::SQS::Queue to AWS::Lambda::Function; "
                    + "valid combinations are: Read + Write."
            ),
            (
                #""Source": {"Id": "Songs"}, \#(function), "Permissions": []"#,
                "'Permissions' cannot be empty; valid values are: Write."
            ),
            (
                #""Source": {"Id": "Songs"}, "Destination": {"Id": "Pictures"}, "Permissions": ["Write"]"#,
                "Unable to create connector from AWS::SNS::Topic to AWS::S3::Bucket; it's not supported or the "
                    + "template is invalid."
            ),
            (
                #""Source": {"Id": "Songs"}, "Destination": [], "Permissions": ["Write"]"#,
                "'Destination' is an empty list"
            ),
            (#""Source": {"Id": "Songs"}, \#(function)"#, "the property Permissions is missing"),
            (
                #""Source": {"Id": "Songs"}, \#(function), "Permissions": ["Write"], "Odd": 1"#,
                "Encountered unsupported property Odd"
            ),
        ] {
            #expect(complaint(connector(properties))?.contains(message) == true, "\(properties)")
        }
        let plain = #"{"Resources": {"Songs": {"Type": "AWS::SNS::Topic", "Connectors": {}}}}"#
        #expect(complaint(plain)?.contains("Invalid template resource property 'Connectors'") == true)
    }
}

// Wording: samtranslator/policy_template_processor/template.py and model/role_utils/role_constructor.py.
@Suite("Policies of functions")
struct FunctionPolicyTests {
    @Test(
        "Every form of a policy is taken",
        arguments: [
            #""AmazonS3ReadOnlyAccess""#, #"[]"#, #"{"Statement": []}"#, #"{"S3CrudPolicy": {"BucketName": "b"}}"#,
            #"["A", {"Ref": "AWS::NoValue"}, {"VPCAccessPolicy": {}}, {"Statement": []}]"#,
            #"[{"Fn::If": ["Yes", {"S3ReadPolicy": {"BucketName": "b"}}, {"Ref": "AWS::NoValue"}]}]"#,
        ])
    func accepted(policies: String) {
        #expect(complaint(serverless(function("Handler", ", \"Policies\": \(policies)"))) == nil)
    }

    @Test("Another form, an unknown template and a missing parameter are refused")
    func refused() {
        for (policies, message) in [
            (#"["A", {"S3CrudPolicies": {}}]"#, "Policy at index 1 in the 'Policies' property is not valid"),
            (#"[7]"#, "Policy at index 0 in the 'Policies' property is not valid"),
            (
                #"[{"EFSWriteAccessPolicy": {"FileSystem": "f"}}]"#,
                "Following required parameters of template 'EFSWriteAccessPolicy' don't have values: ['AccessPoint']"
            ),
            (
                #"[{"S3CrudPolicy": "b"}]"#,
                "Must specify valid parameter values for policy template 'S3CrudPolicy'"
            ),
        ] {
            let text = serverless(function("Handler", ", \"Policies\": \(policies)"))
            #expect(complaint(text)?.contains(message) == true, "\(policies)")
        }
    }
}
