// SPDX-License-Identifier: Apache-2.0

// Where functions are called over HTTP.
extension ApplicationReader {
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-url.html
    private static let urlTable = PropertyTable(executed: [
        "AuthType", "Cors", "InvokeMode", "Qualifier", "TargetFunctionArn",
    ])

    private static let corsTable = PropertyTable(executed: [
        "AllowCredentials", "AllowHeaders", "AllowMethods", "AllowOrigins", "ExposeHeaders", "MaxAge",
    ])

    mutating func readFunctionURL(_ resource: Template.Resource) throws(Fault) {
        let fields = try self.fields(resource.properties, Self.urlTable)
        guard let authType = try fields.text("AuthType", oneOf: ["NONE", "AWS_IAM"]) else {
            throw fields.located.fault("the property AuthType is missing: AWS_IAM or NONE")
        }
        let target = try fields.requiredText("TargetFunctionArn").split(separator: ":").map(String.init)
        let isARN = target.count >= 7
        let url = FunctionURLResource(
            logicalID: resource.logicalID, urlID: try evaluator.name(of: resource),
            functionName: isARN ? target[6] : target.first ?? "",
            qualifier: try fields.text("Qualifier") ?? (isARN ? target.dropFirst(7).first : nil),
            authType: authType, cors: try cors(fields["Cors"]),
            invokeMode: try fields.text("InvokeMode", oneOf: ["BUFFERED", "RESPONSE_STREAM"]) ?? "BUFFERED")
        application.functionURLs.append(url)
        // One that the transform made opens its function too, as AWS's own transform does.
        if resource.body.node["Type"] == nil, authType == "NONE" { allowEverybody(url) }
    }

    private mutating func cors(_ value: Located?) throws(Fault) -> FunctionURLResource.Cors? {
        guard let fields = try optionalFields(value, Self.corsTable) else { return nil }
        let methods = try fields.texts("AllowMethods")
        if let unknown = methods.first(where: { !["GET", "PUT", "HEAD", "POST", "PATCH", "DELETE", "*"].contains($0) })
        {
            throw fields.located.fault("\"\(unknown)\" is no method that may be allowed")
        }
        return FunctionURLResource.Cors(
            allowCredentials: try fields.bool("AllowCredentials"), allowHeaders: try fields.texts("AllowHeaders"),
            allowMethods: methods, allowOrigins: try fields.texts("AllowOrigins"),
            exposeHeaders: try fields.texts("ExposeHeaders"), maxAge: try fields.integer("MaxAge", in: 0...86_400))
    }

    /// The two permissions that a public function URL takes
    /// (https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html).
    private mutating func allowEverybody(_ url: FunctionURLResource) {
        let function = url.logicalID.dropLast(ServerlessTransform.urlSuffix.count)
        let target = evaluator.functionARN(
            url.qualifier.map { "\(url.functionName):\($0)" } ?? url.functionName)
        for (suffix, action) in [
            ("UrlPublicPermissions", "lambda:InvokeFunctionUrl"),
            ("URLInvokeAllowPublicAccess", "lambda:InvokeFunction"),
        ] {
            let logicalID = "\(function)\(suffix)"
            let isForURL = action == "lambda:InvokeFunctionUrl"
            application.permissions.append(
                PermissionResource(
                    logicalID: logicalID,
                    statementID: Self.statementID(
                        GeneratedName.resource(logicalID, in: evaluator.settings.stackName)),
                    functionName: target, action: action, principal: "*", functionURLAuthType: isForURL ? "NONE" : nil,
                    invokedViaFunctionURL: isForURL ? nil : true))
        }
    }
}
