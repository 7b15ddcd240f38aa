// SPDX-License-Identifier: Apache-2.0

// Versions and aliases of functions.
extension ApplicationReader {
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-version.html
    private static let versionTable = PropertyTable(
        executed: ["FunctionName", "Description", "ProvisionedConcurrencyConfig"], noted: ["CodeSha256"],
        ignored: ["RuntimePolicy", "FunctionScalingConfig"])

    // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-alias.html
    private static let aliasTable = PropertyTable(executed: [
        "FunctionName", "FunctionVersion", "Name", "Description", "RoutingConfig", "ProvisionedConcurrencyConfig",
    ])

    mutating func readVersion(_ resource: Template.Resource) throws(Fault) {
        let fields = try self.fields(resource.properties, Self.versionTable)
        application.versions.append(
            VersionResource(
                logicalID: resource.logicalID, functionName: Self.functionName(try fields.requiredText("FunctionName")),
                description: try fields.text("Description") ?? "",
                provisionedConcurrency: try provisionedConcurrency(fields)))
    }

    mutating func readAlias(_ resource: Template.Resource) throws(Fault) {
        let fields = try self.fields(resource.properties, Self.aliasTable)
        let routing = try optionalFields(
            fields["RoutingConfig"], PropertyTable(executed: ["AdditionalVersionWeights"]))
        var weights: [String: Double] = [:]
        for item in try routing?.list("AdditionalVersionWeights") ?? [] {
            let weight = try self.fields(item, PropertyTable(executed: ["FunctionVersion", "FunctionWeight"]))
            weights[try weight.requiredText("FunctionVersion")] = try weight.number("FunctionWeight")
        }
        application.aliases.append(
            AliasResource(
                logicalID: resource.logicalID, functionName: Self.functionName(try fields.requiredText("FunctionName")),
                name: try fields.requiredText("Name"), description: try fields.text("Description") ?? "",
                version: try fields.requiredText("FunctionVersion"), additionalWeights: weights,
                provisionedConcurrency: try provisionedConcurrency(fields)))
    }

    /// What the serverless transform makes of `AutoPublishAlias`.
    mutating func addAlias(
        _ name: String, of function: FunctionResource, description: String, provisionedConcurrency: Int?
    ) {
        application.versions.append(
            VersionResource(
                logicalID: "\(function.logicalID)Version", functionName: function.functionName,
                description: description))
        application.aliases.append(
            AliasResource(
                logicalID: "\(function.logicalID)Alias\(name)", functionName: function.functionName, name: name,
                description: "", version: "1", additionalWeights: [:],
                provisionedConcurrency: provisionedConcurrency))
    }

    /// The name in a name or an ARN.
    private static func functionName(_ text: String) -> String {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count >= 7 ? String(parts[6]) : text
    }

    mutating func provisionedConcurrency(_ fields: Fields) throws(Fault) -> Int? {
        let table = PropertyTable(executed: ["ProvisionedConcurrentExecutions"])
        return try optionalFields(fields["ProvisionedConcurrencyConfig"], table)?
            .integer("ProvisionedConcurrentExecutions", in: 1...Int(Int32.max))
    }
}
