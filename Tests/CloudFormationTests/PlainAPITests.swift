// SPDX-License-Identifier: Apache-2.0
import CloudFormation
import Testing

@Suite("HTTP APIs, versions and aliases of plain resources")
struct PlainAPITests {
    private static let arn = "arn:aws:lambda:us-east-1:000000000000:function:Handler"
    private static let handler = """
        "Handler": {"Type": "AWS::Lambda::Function", "Properties": {
            "Code": "build/", "Handler": "bootstrap", "Runtime": "provided.al2023", "Role": "arn:aws:iam::0:role/r"}}
        """

    private static func resources(_ more: String) -> String { "{\"Resources\": {\(handler), \(more)}}" }

    // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-route.html
    @Test("An API, its integration, its routes and its stage")
    func parts() throws {
        let application = try read(
            Self.resources(
                """
                "Api": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"Name": "birds", "ProtocolType": "HTTP"}},
                "Call": {"Type": "AWS::ApiGatewayV2::Integration", "Properties": {
                    "ApiId": {"Ref": "Api"}, "IntegrationType": "AWS_PROXY", "PayloadFormatVersion": "2.0",
                    "TimeoutInMillis": 900,
                    "IntegrationUri": {"Fn::Sub": "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Handler.Arn}/invocations"}}},
                "One": {"Type": "AWS::ApiGatewayV2::Route", "Properties": {
                    "ApiId": {"Ref": "Api"}, "RouteKey": "GET /birds/{id}",
                    "Target": {"Fn::Join": ["/", ["integrations", {"Ref": "Call"}]]}}},
                "Rest": {"Type": "AWS::ApiGatewayV2::Route", "Properties": {
                    "ApiId": {"Ref": "Api"}, "RouteKey": "$default", "AuthorizationType": "NONE",
                    "Target": {"Fn::Sub": "integrations/${Call}"}}},
                "Stage": {"Type": "AWS::ApiGatewayV2::Stage", "Properties": {
                    "ApiId": {"Ref": "Api"}, "StageName": "$default", "AutoDeploy": true}}
                """))
        let api = try #require(application.apis.first)
        #expect(api.name == "birds")
        #expect(api.routes.map(\.key) == ["GET /birds/{id}", "$default"])
        #expect(api.routes.allSatisfy { $0.functionARN == Self.arn && $0.timeoutMilliseconds == 900 })
        #expect(api.stages.map(\.name) == ["$default"])
    }

    // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-open-api.html
    @Test("A definition in OpenAPI, of a plain and of a serverless API")
    func definition() throws {
        let definition = """
            {"openapi": "3.0.1", "info": {"title": "birds", "version": "1.0"},
             "x-amazon-apigateway-cors": {"allowOrigins": ["https://a.example"], "maxAge": 5},
             "paths": {
                "/birds/{id}": {
                    "parameters": [],
                    "get": {"x-amazon-apigateway-integration": {
                        "type": "aws_proxy", "httpMethod": "POST", "uri": {"Fn::GetAtt": ["Handler", "Arn"]},
                        "payloadFormatVersion": "2.0"}},
                    "x-amazon-apigateway-any-method": {"x-amazon-apigateway-integration": {
                        "type": "aws_proxy", "uri": {"Fn::GetAtt": ["Handler", "Arn"]}}}},
                "/$default": {"x-amazon-apigateway-any-method": {"isDefaultRoute": true,
                    "x-amazon-apigateway-integration": {
                        "type": "AWS_PROXY", "uri": {"Fn::GetAtt": ["Handler", "Arn"]}, "timeoutInMillis": 60}}}}}
            """
        let plain = try read(
            Self.resources(
                #""Api": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"Body": \#(definition)}}"#))
        let api = try #require(plain.apis.first)
        #expect(api.name == "birds")
        #expect(api.cors?.allowOrigins == ["https://a.example"])
        #expect(api.routes.map(\.key) == ["GET /birds/{id}", "ANY /birds/{id}", "$default"])
        #expect(api.routes.map(\.payloadFormatVersion) == ["2.0", "1.0", "1.0"])
        let serverless = try read(
            CloudFormationTests.serverless(
                function("Handler")
                    + #", "Api": {"Type": "AWS::Serverless::HttpApi", "Properties": {"DefinitionBody": \#(definition)}}"#
            ))
        #expect(serverless.apis.first?.routes == api.routes)
    }

    @Test(
        "What cannot be served is refused",
        arguments: [
            (#""ProtocolType": "WEBSOCKET", "Name": "x""#, "APIs are HTTP APIs"),
            (
                #""ProtocolType": "HTTP", "Name": "x", "Target": "https://birds.example""#,
                "an integration is a function"
            ),
            (
                #""Name": "x", "Target": {"Fn::GetAtt": ["Handler", "Arn"]}, "RouteKey": "GET""#,
                "a route's key is $default"
            ),
        ])
    func refused(properties: String, message: String) {
        let text = Self.resources(#""Api": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {\#(properties)}}"#)
        #expect(complaint(text)?.contains(message) == true)
    }

    // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-alias.html
    @Test("Versions have their numbers in the order of the template, and aliases their weights")
    func aliases() throws {
        let application = try read(
            Self.resources(
                """
                "First": {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": {"Ref": "Handler"}}},
                "Second": {"Type": "AWS::Lambda::Version", "Properties": {
                    "FunctionName": {"Fn::GetAtt": ["Handler", "Arn"]}, "Description": "new",
                    "ProvisionedConcurrencyConfig": {"ProvisionedConcurrentExecutions": 2}}},
                "Live": {"Type": "AWS::Lambda::Alias", "Properties": {
                    "FunctionName": {"Ref": "Handler"}, "Name": "live",
                    "FunctionVersion": {"Fn::GetAtt": ["Second", "Version"]},
                    "RoutingConfig": {"AdditionalVersionWeights": [
                        {"FunctionVersion": {"Fn::GetAtt": "First.Version"}, "FunctionWeight": 0.25}]}}}}, "Outputs": {
                "Version": {"Value": {"Ref": "Second"}}, "Alias": {"Value": {"Ref": "Live"}}
                """))
        #expect(application.versions.map(\.functionName) == ["Handler", "Handler"])
        #expect(application.versions.map(\.provisionedConcurrency) == [nil, 2])
        let alias = try #require(application.aliases.first)
        #expect((alias.name, alias.version) == ("live", "2"))
        #expect(alias.additionalWeights == ["1": 0.25])
        #expect(application.outputs == ["Version": "\(Self.arn):2", "Alias": "\(Self.arn):live"])
    }
}
