// SPDX-License-Identifier: Apache-2.0
import CloudFormation
import Testing

@Suite("The resource model")
struct ApplicationTests {
    @Test("Plain resources make the same model as serverless ones")
    func plainResources() throws {
        let application = try read(
            #"""
            {"Resources": {
                "Handler": {"Type": "AWS::Lambda::Function", "Properties": {
                    "FunctionName": "warbler", "Runtime": "provided.al2", "Handler": "h", "Role": "arn:aws:iam::1:role/r",
                    "Code": {"S3Bucket": "b", "S3Key": "k"}}},
                "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "birds", "NotificationConfiguration": {
                    "LambdaConfigurations": [{"Event": "s3:ObjectRemoved:*", "Function": {"Fn::GetAtt": ["Handler", "Arn"]}}]}}},
                "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"Subscription": [
                    {"Protocol": "lambda", "Endpoint": {"Fn::GetAtt": ["Handler", "Arn"]}},
                    {"Protocol": "email", "Endpoint": "a@example.com"}]}},
                "Further": {"Type": "AWS::SNS::Subscription", "Properties": {"Protocol": "lambda",
                    "TopicArn": {"Ref": "Topic"}, "Endpoint": {"Fn::GetAtt": ["Handler", "Arn"]}}},
                "Permission": {"Type": "AWS::Lambda::Permission", "Properties": {"FunctionName": {"Ref": "Handler"},
                    "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com",
                    "SourceArn": "arn:aws:s3:::birds", "SourceAccount": {"Ref": "AWS::AccountId"}}},
                "Public": {"Type": "AWS::Lambda::Permission", "Properties": {
                    "FunctionName": {"Fn::GetAtt": ["Handler", "Arn"]}, "Action": "lambda:InvokeFunctionUrl",
                    "Principal": "*", "FunctionUrlAuthType": "NONE", "InvokedViaFunctionUrl": true,
                    "EventSourceToken": "t", "PrincipalOrgID": "o-0123456789"}}
            }}
            """#)
        let function = try #require(application.functions.first)
        #expect(function.functionName == "warbler")
        #expect(function.code == .s3(bucket: "b", key: "k"))
        #expect(application.buckets.first?.notifications.first?.functionARN == function.arn)
        #expect(application.subscriptions.map(\.logicalID) == ["Topic-0", "Further"])
        let permission = try #require(application.permissions.first)
        #expect(permission.logicalID == "Permission" && permission.statementID.hasPrefix("martlet-Permission-"))
        #expect(
            permission.functionName == "arn:aws:lambda:us-east-1:000000000000:function:warbler"
                && permission.action == "lambda:InvokeFunction")
        #expect(permission.principal == "s3.amazonaws.com" && permission.sourceARN == "arn:aws:s3:::birds")
        #expect(permission.sourceAccount == "000000000000" && permission.functionURLAuthType == nil)
        let open = try #require(application.permissions.last)
        #expect(open.functionName == function.arn && open.functionURLAuthType == "NONE")
        #expect(open.invokedViaFunctionURL == true && open.eventSourceToken == "t")
        #expect(open.principalOrgID == "o-0123456789")
        #expect(application.diagnostics.map(\.message).contains("ignored: subscriptions over email are not supported"))
    }

    static let endpoint = #"""
        {"Resources": {
            "Model": {"Type": "AWS::SageMaker::Model", "Metadata": {"Martlet": METADATA}, "Properties": {
                "PrimaryContainer": {"Image": "i", "Environment": {"A": 1}}}},
            "Config": {"Type": "AWS::SageMaker::EndpointConfig", "Properties": {
                "ProductionVariants": [{"VariantName": "v", "ModelName": {"Ref": "Model"}}],
                "AsyncInferenceConfig": {"OutputConfig": {"S3OutputPath": "s3://b/out", "NotificationConfig": {
                    "ErrorTopic": "arn:t", "IncludeInferenceResponseIn": ["SUCCESS_NOTIFICATION_TOPIC"]}},
                    "ClientConfig": {"MaxConcurrentInvocationsPerInstance": 4}}}},
            "Endpoint": {"Type": "AWS::SageMaker::Endpoint", "Properties": {"EndpointName": "e",
                "EndpointConfigName": {"Fn::GetAtt": ["Config", "EndpointConfigName"]}}}
        }}
        """#

    @Test("An endpoint carries its configuration and its model")
    func endpoint() throws {
        let text = Self.endpoint.replacing("METADATA", with: #"{"Command": ["python3", "serve.py"]}"#)
        let endpoint = try #require(try read(text).endpoints.first)
        #expect(endpoint.endpointName == "e")
        #expect(endpoint.variantName == "v")
        #expect(endpoint.process == .command(["python3", "serve.py"]))
        #expect(endpoint.environment == ["A": "1"])
        let asyncInference = try #require(endpoint.asyncInference)
        #expect(asyncInference.outputPath == "s3://b/out")
        #expect(asyncInference.successTopicARN == nil)
        #expect(asyncInference.errorTopicARN == "arn:t")
        #expect(asyncInference.responseInSuccess && !asyncInference.responseInError)
        #expect(asyncInference.maximumConcurrentInvocations == 4)
    }

    @Test("A model must say what serves it", arguments: ["{}", #"{"Command": ["a"], "SwiftProduct": "B"}"#])
    func modelProcess(metadata: String) {
        let text = Self.endpoint.replacing("METADATA", with: metadata)
        #expect(complaint(text)?.contains("expected either Command or SwiftProduct") == true)
    }

    @Test("A resource whose condition is false is not there")
    func conditionalResource() throws {
        let text = #"""
            {"Conditions": {"No": {"Fn::Equals": ["a", "b"]}}, "Resources": {
                "A": {"Type": "AWS::SNS::Topic", "Condition": "No"}, "B": {"Type": "AWS::SNS::Topic"}},
             "Outputs": {"X": {"Condition": "No", "Value": {"Ref": "A"}}}}
            """#
        let application = try read(text)
        #expect(application.topics.map(\.logicalID) == ["B"])
        #expect(application.outputs.isEmpty)
    }

    @Test("What is not executed is listed, never dropped")
    func remarks() throws {
        let text = serverless(
            #"""
            "Table": {"Type": "AWS::DynamoDB::Table"},
            """#
                + function(
                    "Handler",
                    #", "Policies": "AdministratorAccess", "Tracing": "Active", "Events": {"T": {"Type": "Schedule"}}"#),
            globals: #"{"Api": {}}"#)
        let found = try read(text).diagnostics.map { "\($0.severity) \($0.path): \($0.message)" }
        #expect(
            found.sorted() == [
                "note Resources.Handler.Properties.Policies: accepted: nothing checks here what it allows",
                "warning Globals.Api: ignored: no resource of this kind is supported",
                "warning Resources.Handler.Properties.Events.T.Type: ignored: events of type Schedule are not supported",
                "warning Resources.Handler.Properties.Tracing: ignored: not executed here",
                "warning Resources.Table.Type: ignored: resources of type AWS::DynamoDB::Table are not supported",
            ])
    }

    @Test("A wrong value is told with file, line, column and path")
    func position() {
        let text = """
            {
              "Resources": {
                "Handler": {
                  "Type": "AWS::Lambda::Function",
                  "Properties": {"Runtime": "provided.al2", "Handler": "h", "Code": "x.zip",
                    "MemorySize": 64}
                }
              }
            }
            """
        #expect(
            complaint(text)
                == "template.json:6:23: Resources.Handler.Properties.MemorySize: "
                + "expected a whole number from 128 to 10240, found 64")
    }

    @Test("Every resource that is wrong is told, in the order of the text")
    func severalFaults() {
        let text = #"""
            {"Resources": {
                "A": {"Type": "AWS::SNS::Topic", "Properties": {"Topicname": "x"}},
                "B": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "UPPER"}},
                "C": {"Type": "Nonsense"}}}
            """#
        let lines = complaint(text)?.split(separator: "\n") ?? []
        #expect(
            lines.map { $0.split(separator: ": ", maxSplits: 1).last ?? "" } == [
                "Resources.A.Properties.Topicname: Encountered unsupported property Topicname",
                #"Resources.B.Properties.BucketName: Bucket name "UPPER" is not valid"#,
                "Resources.C.Type: Template format error: Unrecognized resource types: [Nonsense]",
            ])
    }

    @Test(
        "What cannot run is refused",
        arguments: [
            (#", "ImageUri": "x""#, "Properties.ImageUri: not supported"),
            (#", "InlineCode": "x""#, "Properties.InlineCode: not supported"),
            (#", "PackageType": "Image""#, "Properties.PackageType: \"Image\" is none of Zip"),
            (#", "Timeout": 901"#, "from 1 to 900, found 901"),
            (#", "Timeout": 1e3"#, "from 1 to 900, found 1e3"),
            (#", "MemorySize": 999999999999999999999999"#, "from 128 to 10240"),
            (#", "FunctionName": "a b""#, "is no function name"),
            (#", "Environment": {"Vars": {}}"#, "Environment.Vars: Encountered unsupported property Vars"),
            (#", "Environment": {"Variables": {"A": {}}}"#, "Variables.A: expected a string, found an object"),
            (
                #", "Events": {"E": {"Type": "HttpApi", "Properties": {"Path": "x", "Method": "GET"}}}"#,
                "begins with a slash"
            ),
            (#", "Events": {"E": {"Type": "HttpApi", "Properties": {"Path": "/x"}}}"#, "Path and Method go together"),
            (
                #", "Events": {"E": {"Type": "S3", "Properties": {"Bucket": "b", "Events": "s3:x"}}}"#,
                "must refer to a bucket"
            ),
        ])
    func refused(properties: String, expected: String) {
        let found = complaint(serverless(function("Handler", properties)))
        #expect(found?.contains(expected) == true, "\(found ?? "nothing")")
    }

    @Test("Another runtime is refused at its place")
    func runtime() {
        let text = serverless(function()).replacing("provided.al2023", with: "go1.x")
        #expect(complaint(text)?.contains("Properties.Runtime: the runtime go1.x is not supported") == true)
    }

    // What the serverless transform makes of an S3 event is a notification in the bucket, which then needs the
    // function.
    @Test("A function that refers to the bucket that notifies it is in a circle")
    func circle() {
        let text = serverless(
            #"""
            "Bucket": {"Type": "AWS::S3::Bucket"},
            """#
                + function(
                    "Handler",
                    #"""
                    , "Environment": {"Variables": {"B": {"Ref": "Bucket"}}}, "Events": {"E": {"Type": "S3",
                        "Properties": {"Bucket": {"Ref": "Bucket"}, "Events": "s3:ObjectCreated:*"}}}
                    """#))
        #expect(
            complaint(text)?.contains("Circular dependency between resources: [Bucket, Handler]") == true)
    }

    @Test(
        "A template that is none is refused",
        arguments: [
            ("[]", "1:1: a template is an object, this is a list"),
            ("{}", "1:1: Template format error: At least one Resources member must be defined."),
            (
                #"{"Resource": {}}"#,
                "1:2: Resource: Template format error: invalid template property or properties [Resource]"
            ),
            (#"{"Resources": {"A": {}}}"#, "Every Resources object must contain a Type member."),
            (#"{"Resources": {"a-b": {"Type": "AWS::SNS::Topic"}}}"#, "Resource name a-b is non alphanumeric."),
            (#"{"Resources": {"A": {"Type": "AWS::SNS::Topic", "Property": {}}}}"#, "resource property 'Property'"),
            (#"{"Resources": {"A": {"Type": "AWS::SNS::Topic", "DependsOn": "B"}}}"#, "dependencies [B]"),
            (#"{"Resources": {"A": {"Type": "AWS::SNS::Topic", "DependsOn": "A"}}}"#, "resources: [A]"),
            (#"{"Transform": "Custom", "Resources": {}}"#, "the transforms supported are"),
        ])
    func malformed(text: String, expected: String) {
        #expect(complaint(text)?.contains(expected) == true, "\(complaint(text) ?? "nothing")")
    }

    @Test("As many resources as CloudFormation takes are read, one more is refused")
    func resourceLimit() throws {
        func text(_ count: Int) -> String {
            let topics = (0..<count).map { #""T\#($0)": {"Type": "AWS::SNS::Topic"}"# }
            return "{\"Resources\": {\(topics.joined(separator: ","))}}"
        }
        #expect(try read(text(500)).topics.count == 500)
        #expect(complaint(text(501))?.contains("is greater than maximum allowed, 500") == true)
    }

    @Test("Two resources cannot have one name")
    func sameName() {
        let text = #"""
            {"Resources": {"A": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "t"}},
                           "B": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "t"}}}}
            """#
        #expect(complaint(text)?.contains("Resources.B: t already exists in this template") == true)
    }

    // https://docs.aws.amazon.com/cdk/v2/guide/assets.html
    @Test("The code of what the CDK wrote is the asset beside the template")
    func assets() throws {
        let application = try read(
            #"""
            {"Resources": {
                "Layer0A1B": {
                    "Type": "AWS::Lambda::LayerVersion",
                    "Properties": {"Content": {"S3Bucket": {"Fn::Sub": "cdk-assets-${AWS::AccountId}"}, "S3Key": "1.zip"}},
                    "Metadata": {"aws:asset:path": "asset.1.zip", "aws:asset:property": "Content"}},
                "Handler886CB40B": {
                    "Type": "AWS::Lambda::Function",
                    "Properties": {
                        "Code": {"S3Bucket": {"Fn::Sub": "cdk-assets-${AWS::AccountId}"}, "S3Key": "2.zip"},
                        "Handler": "bootstrap", "Runtime": "provided.al2023", "Layers": [{"Ref": "Layer0A1B"}],
                        "Role": {"Fn::GetAtt": ["Role", "Arn"]}},
                    "Metadata": {
                        "aws:cdk:path": "Stack/Handler/Resource", "aws:asset:path": "asset.2",
                        "aws:asset:is-bundled": false, "aws:asset:property": "Code"}},
                "Role": {"Type": "AWS::IAM::Role", "Properties": {}},
                "CDKMetadata": {"Type": "AWS::CDK::Metadata", "Properties": {"Analytics": "v2"}}},
             "Parameters": {"BootstrapVersion": {
                "Type": "AWS::SSM::Parameter::Value<String>", "Default": "/cdk-bootstrap/hnb659fds/version"}},
             "Rules": {"CheckBootstrapVersion": {"Assertions": []}}}
            """#)
        #expect(application.functions.map(\.code) == [.folder("asset.2")])
        #expect(application.layers.map(\.code) == [.zip("asset.1.zip")])
    }
}
