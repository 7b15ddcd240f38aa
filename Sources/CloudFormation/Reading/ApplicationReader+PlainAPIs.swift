// SPDX-License-Identifier: Apache-2.0

// HTTP APIs made of their parts: an API, its integrations, its routes.
extension ApplicationReader {
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-api.html
    private static let plainAPITable = PropertyTable(
        executed: ["Name", "Description", "ProtocolType", "CorsConfiguration", "Body", "Target", "RouteKey"],
        noted: ["Tags", "FailOnWarnings", "Version"],
        ignored: ["DisableExecuteApiEndpoint", "DisableSchemaValidation"],
        rejected: [
            "BodyS3Location": "the definition must stand in the template",
            "BasePath": "stages have no base path here",
            "CredentialsArn": "integrations are functions that permissions open",
            "RouteSelectionExpression": "it is for WebSocket APIs",
            "ApiKeySelectionExpression": "it is for WebSocket APIs",
            "IpAddressType": "nothing but loopback is listened on",
        ])

    // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-route.html
    private static let routeTable = PropertyTable(
        executed: ["ApiId", "RouteKey", "Target", "AuthorizationType"], noted: ["OperationName"],
        rejected: [
            "AuthorizerId": "routes are open to everybody here",
            "AuthorizationScopes": "routes are open to everybody here",
            "ApiKeyRequired": "it is for WebSocket APIs", "ModelSelectionExpression": "it is for WebSocket APIs",
            "RequestModels": "it is for WebSocket APIs", "RequestParameters": "it is for WebSocket APIs",
            "RouteResponseSelectionExpression": "it is for WebSocket APIs",
        ])

    // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-integration.html
    private static let integrationTable = PropertyTable(
        executed: ["ApiId", "IntegrationType", "IntegrationUri", "PayloadFormatVersion", "TimeoutInMillis"],
        noted: ["Description", "IntegrationMethod", "ConnectionType"],
        rejected: [
            "CredentialsArn": "integrations are functions that permissions open",
            "RequestParameters": "requests are passed on as they are",
            "ResponseParameters": "responses are passed on as they are",
            "IntegrationSubtype": "integrations are functions",
        ])

    mutating func readPlainAPI(_ resource: Template.Resource) throws(Fault) {
        let fields = try self.fields(resource.properties, Self.plainAPITable)
        if let type = fields["ProtocolType"], try type.asText() != "HTTP" {
            throw type.fault("not supported: APIs are HTTP APIs")
        }
        var api = HTTPAPIResource(
            logicalID: resource.logicalID, apiID: try evaluator.name(of: resource),
            name: try fields.text("Name") ?? evaluator.settings.stackName,
            description: try fields.text("Description") ?? "", stages: [], cors: try cors(fields["CorsConfiguration"]),
            routes: [])
        if let body = fields["Body"] { try read(body, into: &api) }
        guard !api.name.isEmpty else { throw fields.located.fault("the property Name is missing") }
        if let target = fields["Target"] {
            // "Quick create": one route, and a stage that is deployed by itself.
            let key = try fields.text("RouteKey") ?? "$default"
            api.routes.append(try route(key, to: target, fields.located))
            api.stages.append(
                HTTPAPIResource.Stage(
                    name: "$default", variables: [:], defaultRouteSettings: .init(), routeSettings: [:]))
        }
        application.apis.append(api)
    }

    mutating func readRoute(_ resource: Template.Resource, among all: [Template.Resource]) throws(Fault) {
        let fields = try self.fields(resource.properties, Self.routeTable)
        if let type = fields["AuthorizationType"], try type.asText() != "NONE" {
            throw type.fault("not supported: routes are open to everybody here")
        }
        let apiID = try fields.required("ApiId")
        let id = try apiID.asText()
        guard let index = application.apis.firstIndex(where: { $0.apiID == id }) else {
            throw apiID.fault("ApiId refers to no HTTP API of this template")
        }
        let target = try fields.required("Target")
        let name = try target.asText()
        guard let integration = try integration(named: name, among: all) else {
            throw target.fault("Target is integrations/ID, of an integration of this template; this is \(name)")
        }
        let key = try fields.required("RouteKey")
        let properties = try self.fields(integration.properties, Self.integrationTable)
        if let type = properties["IntegrationType"], try type.asText() != "AWS_PROXY" {
            throw type.fault("not supported: integrations are functions, AWS_PROXY")
        }
        var route = try route(try key.asText(), to: try properties.required("IntegrationUri"), key)
        route.payloadFormatVersion = try properties.text("PayloadFormatVersion", oneOf: ["1.0", "2.0"]) ?? "1.0"
        route.timeoutMilliseconds = try properties.integer("TimeoutInMillis", in: 50...30_000) ?? 30_000
        guard !application.apis[index].routes.contains(where: { $0.key == route.key }) else {
            throw key.fault("the route \(route.key) is declared twice")
        }
        application.apis[index].routes.append(route)
    }

    private mutating func integration(
        named name: String, among all: [Template.Resource]
    ) throws(Fault) -> Template.Resource? {
        for resource in all where resource.type == ResourceType.integration {
            if try evaluator.name(of: resource) == name.split(separator: "/").last.map(String.init) { return resource }
        }
        return nil
    }

    /// A route by its key: `GET /path`, `ANY /path` or `$default`.
    func route(_ key: String, to target: Located, _ place: Located) throws(Fault) -> HTTPAPIResource.Route {
        let parts = key.split(separator: " ")
        guard key == "$default" || parts.count == 2 && parts[1].hasPrefix("/") else {
            throw place.fault("a route's key is $default, or a method and a path: \"\(key)\"")
        }
        return HTTPAPIResource.Route(
            method: key == "$default" ? nil : parts[0].uppercased(), path: key == "$default" ? key : String(parts[1]),
            functionARN: try functionARN(target), payloadFormatVersion: "2.0", timeoutMilliseconds: 30_000)
    }

    /// A function's ARN, or the path in which API Gateway wraps it.
    private func functionARN(_ target: Located) throws(Fault) -> String {
        let text = try target.asText()
        let wrapped = text.split(separator: "/functions/", maxSplits: 1).last.map { $0.split(separator: "/")[0] }
        guard let function = wrapped, function.contains(":lambda:"), function.contains(":function:") else {
            throw target.fault("an integration is a function, this is \"\(text)\"")
        }
        return String(function)
    }
}
