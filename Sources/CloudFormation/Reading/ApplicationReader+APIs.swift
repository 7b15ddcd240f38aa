// SPDX-License-Identifier: Apache-2.0

// HTTP APIs and their stages.
extension ApplicationReader {
    // https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-httpapi.html
    private static let apiTable = PropertyTable(
        executed: [
            "Name", "Description", "StageName", "StageVariables", "DefaultRouteSettings", "RouteSettings",
            "CorsConfiguration", "DefinitionBody",
        ],
        noted: ["FailOnWarnings", "PropagateTags", "Tags"],
        ignored: ["AccessLogSettings", "DisableExecuteApiEndpoint", "Domain"],
        rejected: [
            "Auth": "routes are open to everybody here",
            "DefinitionUri": "the definition must stand in the template",
        ])

    // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-stage.html
    private static let stageTable = PropertyTable(
        executed: [
            "ApiId", "StageName", "StageVariables", "DefaultRouteSettings", "RouteSettings", "AutoDeploy",
            "DeploymentId",
        ],
        noted: ["Description", "Tags"], ignored: ["AccessLogSettings"],
        rejected: [
            "AccessPolicyId": "CloudFormation does not support it",
            "ClientCertificateId": "HTTP APIs have no client certificates",
        ])

    private static let settingsTable = PropertyTable(
        executed: ["ThrottlingBurstLimit", "ThrottlingRateLimit"],
        ignored: ["DataTraceEnabled", "DetailedMetricsEnabled", "LoggingLevel"])

    mutating func readAPI(_ resource: Template.Resource) throws(Fault) {
        let fields = try self.fields(resource.properties, Self.apiTable)
        var api = HTTPAPIResource(
            logicalID: resource.logicalID, apiID: try evaluator.name(of: resource),
            name: evaluator.settings.stackName, description: "",
            stages: [try stage(named: try fields.text("StageName") ?? "$default", fields)], cors: nil, routes: [])
        if let body = fields["DefinitionBody"] { try read(body, into: &api) }
        api.name = try fields.text("Name") ?? api.name
        api.description = try fields.text("Description") ?? api.description
        api.cors = try cors(fields["CorsConfiguration"]) ?? api.cors
        application.apis.append(api)
    }

    /// Adds a further stage to an API.
    mutating func readStage(_ resource: Template.Resource) throws(Fault) {
        let fields = try self.fields(resource.properties, Self.stageTable)
        let apiID = try fields.required("ApiId")
        let id = try apiID.asText()
        guard let index = application.apis.firstIndex(where: { $0.apiID == id }) else {
            throw apiID.fault("ApiId refers to no HTTP API of this template")
        }
        guard try fields.bool("AutoDeploy") == true || fields["DeploymentId"] != nil else {
            throw fields.located.fault("nothing is deployed to a stage without AutoDeploy or a DeploymentId")
        }
        let name = try fields.required("StageName")
        let stage = try stage(named: try name.asText(), fields)
        guard !application.apis[index].stages.contains(where: { $0.name == stage.name }) else {
            throw name.fault("Stage already exists")
        }
        application.apis[index].stages.append(stage)
    }

    private mutating func stage(named name: String, _ fields: Fields) throws(Fault) -> HTTPAPIResource.Stage {
        var settings: [String: HTTPAPIResource.RouteSettings] = [:]
        if let routes = fields["RouteSettings"] {
            guard let members = routes.node.members else { throw routes.fault("expected an object of routes") }
            for member in members {
                settings[member.key] = try routeSettings(
                    Located(node: member.value, path: routes.path.member(member.key)))
            }
        }
        return HTTPAPIResource.Stage(
            name: name, variables: try fields.dictionary("StageVariables"),
            defaultRouteSettings: try routeSettings(fields["DefaultRouteSettings"]), routeSettings: settings)
    }

    mutating func routeSettings(_ value: Located?) throws(Fault) -> HTTPAPIResource.RouteSettings {
        guard let fields = try optionalFields(value, Self.settingsTable) else { return .init() }
        return HTTPAPIResource.RouteSettings(
            throttlingBurstLimit: try fields.integer("ThrottlingBurstLimit", in: 0...Int(Int32.max)),
            throttlingRateLimit: try fields.number("ThrottlingRateLimit"))
    }

    /// `true` and a text stand for origins alone, as in AWS's own transform.
    mutating func cors(_ value: Located?) throws(Fault) -> HTTPAPIResource.CORS? {
        guard let value else { return nil }
        var cors = HTTPAPIResource.CORS()
        switch value.node.value {
        case .bool(false): return nil
        case .bool(true): cors.allowOrigins = ["*"]
        case .object:
            let fields = try self.fields(
                value,
                PropertyTable(executed: [
                    "AllowCredentials", "AllowHeaders", "AllowMethods", "AllowOrigins", "ExposeHeaders", "MaxAge",
                ]))
            cors.allowCredentials = try fields.bool("AllowCredentials") ?? false
            cors.allowHeaders = try fields.texts("AllowHeaders")
            cors.allowMethods = try fields.texts("AllowMethods")
            cors.allowOrigins = try fields.texts("AllowOrigins")
            cors.exposeHeaders = try fields.texts("ExposeHeaders")
            // -1 tells browsers to remember nothing.
            cors.maxAge = try fields.integer("MaxAge", in: -1...86_400)
        default: cors.allowOrigins = try Fields(value, ["Origins": value.node]).texts("Origins")
        }
        return cors
    }
}
