// SPDX-License-Identifier: Apache-2.0

extension ApplicationReader {
    private static let sharedLayerProperties: Set<String> = [
        "LayerName", "Description", "CompatibleRuntimes", "CompatibleArchitectures", "LicenseInfo",
    ]

    // https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-layerversion.html
    private static let serverlessLayerTable = PropertyTable(
        executed: sharedLayerProperties.union(["ContentUri"]), noted: ["RetentionPolicy"])

    // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-layerversion.html
    private static let layerTable = PropertyTable(executed: sharedLayerProperties.union(["Content"]))

    mutating func readLayer(_ resource: Template.Resource) throws(Fault) {
        let isServerless = resource.type == ResourceType.serverlessLayer
        let fields = try self.fields(
            resource.properties, isServerless ? Self.serverlessLayerTable : Self.layerTable)
        let code =
            isServerless
            ? try serverlessCode(try fields.required("ContentUri")) : try plainCode("Content", fields, of: resource)
        application.layers.append(
            LayerResource(
                logicalID: resource.logicalID, layerName: try evaluator.name(of: resource),
                description: try fields.text("Description") ?? "", code: code,
                compatibleRuntimes: try fields.texts("CompatibleRuntimes"),
                compatibleArchitectures: try fields.texts("CompatibleArchitectures"),
                licenseInfo: try fields.text("LicenseInfo")))
    }
}
