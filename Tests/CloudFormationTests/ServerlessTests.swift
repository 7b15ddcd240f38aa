// SPDX-License-Identifier: Apache-2.0
import CloudFormation
import Testing

// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html
@Suite("The serverless transform")
struct ServerlessTests {
    @Test("Globals are replaced, merged or added to, by their kind")
    func globals() throws {
        let text = serverless(
            function(
                "Handler",
                #"""
                , "Timeout": 5, "Environment": {"Variables": {"A": "mine", "B": "2"}}
                """#),
            globals: #"""
                {"Function": {"Timeout": 60, "MemorySize": "1024", "Architectures": ["arm64"],
                 "Environment": {"Variables": {"A": "global", "C": {"Ref": "AWS::Region"}}}}}
                """#)
        let function = try #require(try read(text).functions.first)
        #expect(function.timeoutSeconds == 5)
        #expect(function.memorySize == 1024)
        #expect(function.architectures == ["arm64"])
        #expect(function.environment == ["A": "mine", "B": "2", "C": "us-east-1"])
    }

    @Test("A function call is not merged into")
    func callsAreReplaced() throws {
        let text = serverless(
            function("Handler", #", "Environment": {"Variables": {"A": {"Ref": "AWS::Region"}}}"#),
            globals: #"{"Function": {"Environment": {"Variables": {"A": {"Fn::Sub": "x"}}}}}"#)
        #expect(try read(text).functions.first?.environment == ["A": "us-east-1"])
    }

    @Test("IgnoreGlobals leaves out what it names", arguments: [(#""*""#, 128, 3), (#"["Timeout"]"#, 256, 3)])
    func ignoreGlobals(names: String, memory: Int, timeout: Int) throws {
        let text = serverless(
            function().replacing(#""Type""#, with: "\"IgnoreGlobals\": \(names), \"Type\""),
            globals: #"{"Function": {"Timeout": 9, "MemorySize": 256}}"#)
        let function = try #require(try read(text).functions.first)
        #expect(function.memorySize == memory)
        #expect(function.timeoutSeconds == timeout)
    }

    @Test("A log's format and levels are read; levels need JSON")
    func logging() throws {
        let json = #", "LoggingConfig": {"LogFormat": "JSON", "SystemLogLevel": "WARN", "LogGroup": "birds"}"#
        let logging = try #require(try read(serverless(function("Handler", json))).functions.first).logging
        #expect(logging.format == "JSON")
        #expect(logging.systemLevel == "WARN")
        #expect(logging.group == "birds")
        let text = serverless(function("Handler", #", "LoggingConfig": {"ApplicationLogLevel": "WARN"}"#))
        #expect(throws: TemplateError.self) { try read(text) }
    }

    // Logical ids: the public SAM translator (samtranslator/model/sam_resources.py, _construct_function_url).
    @Test("A function's URL is a resource of its own, which opens the function when it is for everybody")
    func functionURL() throws {
        let text = """
            {"Transform": "AWS::Serverless-2016-10-31",
             "Globals": {"Function": {"FunctionUrlConfig": {"InvokeMode": "RESPONSE_STREAM"}}},
             "Resources": {\(function("Handler", #", "AutoPublishAlias": "live", "FunctionUrlConfig": {"AuthType": "NONE"}"#))},
             "Outputs": {"Url": {"Value": {"Fn::GetAtt": ["HandlerUrl", "FunctionUrl"]}},
                         "Arn": {"Value": {"Ref": "HandlerUrl"}}}}
            """
        let application = try read(text)
        let url = try #require(application.functionURLs.first)
        #expect(url.logicalID == "HandlerUrl" && url.functionName == "Handler" && url.qualifier == "live")
        #expect(url.authType == "NONE" && url.invokeMode == "RESPONSE_STREAM" && url.cors == nil)
        #expect(url.urlID.utf8.count == 32)
        #expect(application.outputs["Url"] == "https://\(url.urlID).lambda-url.us-east-1.on.aws/")
        #expect(application.outputs["Arn"] == "arn:aws:lambda:us-east-1:000000000000:function:Handler:live")
        let permissions = application.permissions.filter { $0.principal == "*" }
        #expect(permissions.map(\.logicalID) == ["HandlerUrlPublicPermissions", "HandlerURLInvokeAllowPublicAccess"])
        #expect(permissions.map(\.action) == ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"])
        #expect(
            permissions.allSatisfy { $0.functionName == "arn:aws:lambda:us-east-1:000000000000:function:Handler:live" })
        #expect(permissions.first?.functionURLAuthType == "NONE" && permissions.last?.invokedViaFunctionURL == true)
    }

    @Test("A URL resource is read with its origins, and opens nothing by itself")
    func urlResource() throws {
        let resources =
            function() + #"""
                , "Url": {"Type": "AWS::Lambda::Url", "Properties": {"AuthType": "NONE",
                    "TargetFunctionArn": {"Fn::GetAtt": ["Handler", "Arn"]},
                    "Cors": {"AllowOrigins": ["*"], "AllowMethods": ["GET"], "AllowCredentials": true, "MaxAge": 9}}}
                """#
        let application = try read(serverless(resources))
        let cors = try #require(application.functionURLs.first?.cors)
        #expect(cors.allowOrigins == ["*"] && cors.allowMethods == ["GET"] && cors.maxAge == 9)
        #expect(cors.allowCredentials == true && application.permissions.isEmpty)
        for (wrong, complaint) in [
            (#"{"AuthType": "SOME"}"#, "AuthType"), ("{}", "AuthType is missing"),
            (#"{"AuthType": "NONE", "Cors": {"AllowMethods": ["SHOUT"]}}"#, "SHOUT"),
            (#"{"AuthType": "NONE", "Odd": 1}"#, "Odd"),
        ] {
            let text = serverless(function("Handler", ", \"FunctionUrlConfig\": \(wrong)"))
            #expect(CloudFormationTests.complaint(text)?.contains(complaint) == true)
        }
    }

    @Test("What is not executed is said", arguments: ["VpcConfig"])
    func ignored(property: String) throws {
        let diagnostics = try read(serverless(function("Handler", ", \"\(property)\": 1"))).diagnostics
        #expect(diagnostics.contains { $0.severity == .warning && "\($0)".contains(property) })
    }

    @Test("Temporary storage and tags are read, tags in both of their forms")
    func storageAndTags() throws {
        let map = #", "EphemeralStorage": {"Size": 1024}, "Tags": {"team": "birds", "level": 3}"#
        let found = try #require(try read(serverless(function("Handler", map))).functions.first)
        #expect(found.ephemeralStorageMegabytes == 1024)
        #expect(found.tags == ["team": "birds", "level": "3", "lambda:createdBy": "SAM"])
        let list = #", "Tags": [{"Key": "team", "Value": "birds"}]"#
        #expect(try read(serverless(function("Handler", list))).functions.first?.tags["team"] == "birds")
        let text = serverless(function("Handler", #", "EphemeralStorage": {"Size": 511}"#))
        #expect(throws: TemplateError.self) { try read(text) }
    }

    @Test("Layers are read, and functions name them by the ARN of their first version")
    func layers() throws {
        let text = serverless(
            """
            "Tools": {"Type": "AWS::Serverless::LayerVersion", "Properties": {
                "ContentUri": "tools/", "CompatibleRuntimes": ["provided.al2023"]}},
            "More": {"Type": "AWS::Lambda::LayerVersion", "Properties": {"LayerName": "more", "Content": "more.zip"}},
            \(function("Handler", #", "Layers": [{"Ref": "More"}]"#))
            """, globals: #"{"Function": {"Layers": [{"Ref": "Tools"}]}}"#)
        let application = try read(text)
        #expect(application.layers.map(\.layerName) == ["Tools", "more"])
        #expect(application.layers.map(\.code) == [.folder("tools/"), .zip("more.zip")])
        #expect(application.layers.first?.compatibleRuntimes == ["provided.al2023"])
        let prefix = "arn:aws:lambda:us-east-1:000000000000:layer:"
        #expect(application.functions.first?.layers == ["\(prefix)Tools:1", "\(prefix)more:1"])
        #expect(application.diagnostics.isEmpty)
    }

    @Test("Reserved concurrency is read, and is a number from zero")
    func reservedConcurrency() throws {
        let application = try read(serverless(function("Handler", #", "ReservedConcurrentExecutions": 0"#)))
        #expect(application.functions.first?.reservedConcurrency == 0)
        #expect(!application.diagnostics.contains { "\($0)".contains("Reserved") })
        let text = serverless(function("Handler", #", "ReservedConcurrentExecutions": -1"#))
        #expect(throws: TemplateError.self) { try read(text) }
    }

    @Test("A function has AWS's defaults")
    func defaults() throws {
        let function = try #require(try read(serverless(function())).functions.first)
        #expect(function.functionName == "Handler")
        #expect(function.arn == "arn:aws:lambda:us-east-1:000000000000:function:Handler")
        #expect(function.timeoutSeconds == 3)
        #expect(function.memorySize == 128)
        #expect(function.architectures.isEmpty)
        #expect(function.logging.format == "Text")
        #expect(function.code == .folder("build/"))
        #expect(function.deadLetterTarget == nil)
        #expect(function.reservedConcurrency == nil)
    }

    @Test(
        "Code comes from where the template says",
        arguments: [
            (#""a/b.zip""#, "{}", .zip("a/b.zip")),
            (#""s3://b/k/x.zip""#, "{}", .s3(bucket: "b", key: "k/x.zip")),
            (#"{"Bucket": "b", "Key": "k"}"#, "{}", .s3(bucket: "b", key: "k")),
            (#""build/""#, #"{"Martlet": {"SwiftProduct": "P"}, "Other": 1}"#, .swiftProduct("P")),
        ] as [(String, String, FunctionResource.Code)])
    func code(uri: String, metadata: String, expected: FunctionResource.Code) throws {
        let text = function(metadata: metadata).replacing(#""build/""#, with: uri)
        #expect(try read(serverless(text)).functions.first?.code == expected)
    }

    @Test("Every event ends up with its source, and goes to the alias")
    func events() throws {
        let text = serverless(
            #"""
            "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "birds"}},
            "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "songs"}},
            """#
                + function(
                    "Handler",
                    #"""
                    , "AutoPublishAlias": "live", "Events": {
                        "Get": {"Type": "HttpApi", "Properties": {"Method": "get", "Path": "/birds/{id}"}},
                        "Rest": {"Type": "HttpApi"},
                        "File": {"Type": "S3", "Properties": {"Bucket": {"Ref": "Bucket"}, "Events": ["s3:ObjectCreated:*"],
                            "Filter": {"S3Key": {"Rules": [{"Name": "Prefix", "Value": "in/"}, {"Name": "suffix", "Value": ".json"}]}}}},
                        "Song": {"Type": "SNS", "Properties": {"Topic": {"Ref": "Topic"},
                            "FilterPolicy": {"kind": ["robin", {"prefix": "w"}]}, "FilterPolicyScope": "MessageBody"}}
                    }
                    """#))
        let application = try read(text)
        let alias = "arn:aws:lambda:us-east-1:000000000000:function:Handler:live"
        let api = try #require(application.apis.first)
        #expect(api.logicalID == "ServerlessHttpApi")
        #expect(api.apiID.count == 10)
        #expect(api.routes.map(\.key) == ["GET /birds/{id}", "$default"])
        #expect(api.routes.allSatisfy { $0.functionARN == alias && $0.payloadFormatVersion == "2.0" })
        let notification = try #require(application.buckets.first?.notifications.first)
        #expect(notification.id == "Handler-File-0")
        #expect(notification.events == ["s3:ObjectCreated:*"])
        #expect(notification.prefix == "in/" && notification.suffix == ".json")
        #expect(notification.functionARN == alias)
        let subscription = try #require(application.subscriptions.first)
        #expect(subscription.topicARN == "arn:aws:sns:us-east-1:000000000000:songs")
        #expect(subscription.functionARN == alias)
        #expect(subscription.filterPolicy == #"{"kind":["robin",{"prefix":"w"}]}"#)
        #expect(subscription.filterScope == .messageBody)
        let source = "arn:aws:execute-api:us-east-1:000000000000:\(api.apiID)/*"
        #expect(application.permissions.allSatisfy { $0.functionName == alias && $0.action == "lambda:InvokeFunction" })
        #expect(
            application.permissions.map { [$0.logicalID, $0.principal, $0.sourceARN ?? "", $0.sourceAccount ?? ""] }
                == [
                    ["HandlerGetPermission", "apigateway.amazonaws.com", "\(source)/GET/birds/*", ""],
                    ["HandlerRestPermission", "apigateway.amazonaws.com", "\(source)/*", ""],
                    ["HandlerFilePermission", "s3.amazonaws.com", "", "000000000000"],
                    ["HandlerSongPermission", "sns.amazonaws.com", "arn:aws:sns:us-east-1:000000000000:songs", ""],
                ])
    }

    @Test("Stages, their throttling and CORS are read")
    func stages() throws {
        let text = serverless(
            #"""
            "API": {"Type": "AWS::Serverless::HttpApi", "Properties": {"StageName": "live",
                "StageVariables": {"a": "b"}, "CorsConfiguration": {"AllowOrigins": ["https://a.example"],
                    "AllowMethods": ["GET"], "AllowHeaders": ["x-a"], "ExposeHeaders": ["x-b"], "MaxAge": "600",
                    "AllowCredentials": true},
                "DefaultRouteSettings": {"ThrottlingBurstLimit": 100, "ThrottlingRateLimit": 0.5},
                "RouteSettings": {"GET /birds": {"ThrottlingRateLimit": 7, "ThrottlingBurstLimit": 8}}}},
            "Dev": {"Type": "AWS::ApiGatewayV2::Stage", "Properties": {"ApiId": {"Ref": "API"}, "StageName": "dev",
                "AutoDeploy": true, "RouteSettings": {"GET /birds": {"ThrottlingBurstLimit": 1}}}},
            """#
                + function(
                    "Handler",
                    #"""
                    , "Events": {
                        "Get": {"Type": "HttpApi", "Properties": {"ApiId": {"Ref": "API"}, "Method": "get",
                            "Path": "/birds", "RouteSettings": {"ThrottlingRateLimit": 9}}},
                        "Any": {"Type": "HttpApi", "Properties": {"ApiId": {"Ref": "API"},
                            "RouteSettings": {"ThrottlingBurstLimit": 3}}}}
                    """#))
        let application = try read(text)
        let api = try #require(application.apis.first)
        #expect(api.stages.map(\.name) == ["live", "dev"])
        #expect(api.stages[0].variables == ["a": "b"])
        #expect(api.stages[0].defaultRouteSettings.throttlingBurstLimit == 100)
        #expect(api.stages[0].defaultRouteSettings.throttlingRateLimit == 0.5)
        #expect(api.stages[0].routeSettings.keys.sorted() == ["$default", "GET /birds"])
        #expect(api.stages[0].routeSettings["GET /birds"]?.throttlingBurstLimit == 8)
        #expect(api.stages[0].routeSettings["GET /birds"]?.throttlingRateLimit == 9)
        #expect(api.stages[0].routeSettings["$default"]?.throttlingBurstLimit == 3)
        #expect(api.stages[1].routeSettings["GET /birds"]?.throttlingBurstLimit == 1)
        let cors = try #require(api.cors)
        #expect(cors.allowOrigins == ["https://a.example"] && cors.allowMethods == ["GET"])
        #expect(cors.allowHeaders == ["x-a"] && cors.exposeHeaders == ["x-b"])
        #expect(cors.maxAge == 600 && cors.allowCredentials)
        #expect(!application.diagnostics.contains { $0.severity == .warning })
    }

    @Test(
        "CORS may be true, or origins alone",
        arguments: [("true", ["*"]), (#""https://a""#, ["https://a"]), ("false", nil)] as [(String, [String]?)])
    func cors(value: String, origins: [String]?) throws {
        let text = serverless(
            #""API": {"Type": "AWS::Serverless::HttpApi", "Properties": {"CorsConfiguration": \#(value)}}"#)
        #expect(try read(text).apis.first?.cors?.allowOrigins == origins)
    }

    @Test(
        "A stage must belong to an API, be deployed, and be there once",
        arguments: [
            (#""ApiId": "other", "StageName": "dev", "AutoDeploy": true"#, "ApiId refers to no HTTP API"),
            (#""ApiId": {"Ref": "API"}, "StageName": "dev""#, "nothing is deployed to a stage"),
            (#""ApiId": {"Ref": "API"}, "StageName": "$default", "AutoDeploy": true"#, "Stage already exists"),
            (
                #""ApiId": {"Ref": "API"}, "StageName": "s", "AutoDeploy": true, "DefaultRouteSettings": {"ThrottlingRateLimit": -1}"#,
                "expected a number from 0, found -1"
            ),
        ])
    func wrongStages(properties: String, message: String) {
        let text = serverless(
            #""API": {"Type": "AWS::Serverless::HttpApi", "Properties": {}}, "#
                + #""Stage": {"Type": "AWS::ApiGatewayV2::Stage", "Properties": {\#(properties)}}"#)
        #expect(complaint(text)?.contains(message) == true)
    }

    @Test("The alias and the version that are published can be referred to")
    func publishedParts() throws {
        let text =
            serverless(function("Handler", #", "AutoPublishAlias": "live""#))
            .dropLast()
            + #", "Outputs": {"A": {"Value": {"Ref": "Handler.Alias"}}, "V": {"Value": {"Fn::Sub": "${Handler.Version}"}}}}"#
        let arn = "arn:aws:lambda:us-east-1:000000000000:function:Handler"
        #expect(try read(String(text)).outputs == ["A": "\(arn):live", "V": "\(arn):1"])
    }

    @Test("Serverless resources need the transform")
    func transform() {
        #expect(complaint("{\"Resources\": {\(function())}}")?.contains("needs \"Transform\"") == true)
    }
}
