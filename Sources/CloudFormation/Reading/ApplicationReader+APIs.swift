// SPDX-License-Identifier: Apache-2.0

extension ApplicationReader {
    // https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-httpapi.html
    private static let apiTable = PropertyTable(
        executed: ["Name", "Description", "StageName", "StageVariables"],
        noted: ["FailOnWarnings", "PropagateTags", "Tags"],
        ignored: [
            "AccessLogSettings", "CorsConfiguration", "DefaultRouteSettings", "DisableExecuteApiEndpoint", "Domain",
            "RouteSettings",
        ],
        rejected: [
            "Auth": "routes are open to everybody here",
            "DefinitionBody": "routes come from the functions' events",
            "DefinitionUri": "routes come from the functions' events",
        ])

    mutating func readAPI(_ resource: Template.Resource) throws(Fault) {
        let fields = try self.fields(resource.properties, Self.apiTable)
        application.apis.append(
            HTTPAPIResource(
                logicalID: resource.logicalID, apiID: try evaluator.name(of: resource),
                name: try fields.text("Name") ?? evaluator.settings.stackName,
                description: try fields.text("Description") ?? "",
                stageName: try fields.text("StageName") ?? "$default",
                stageVariables: try fields.dictionary("StageVariables"), routes: []))
    }
}
