// SPDX-License-Identifier: Apache-2.0

// What services may do with functions.
extension ApplicationReader {
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-permission.html
    private static let permissionTable = PropertyTable(executed: [
        "FunctionName", "Action", "Principal", "SourceArn", "SourceAccount", "EventSourceToken", "PrincipalOrgID",
        "FunctionUrlAuthType", "InvokedViaFunctionUrl",
    ])

    mutating func readPermission(_ resource: Template.Resource) throws(Fault) {
        let fields = try self.fields(resource.properties, Self.permissionTable)
        application.permissions.append(
            PermissionResource(
                logicalID: resource.logicalID, statementID: Self.statementID(try evaluator.name(of: resource)),
                functionName: evaluator.functionARN(try fields.requiredText("FunctionName")),
                action: try fields.requiredText("Action"),
                principal: try fields.requiredText("Principal"), sourceARN: try fields.text("SourceArn"),
                sourceAccount: try fields.text("SourceAccount"), eventSourceToken: try fields.text("EventSourceToken"),
                principalOrgID: try fields.text("PrincipalOrgID"),
                functionURLAuthType: try fields.text("FunctionUrlAuthType", oneOf: ["NONE", "AWS_IAM"]),
                invokedViaFunctionURL: try fields.bool("InvokedViaFunctionUrl")))
    }

    /// Lets a service invoke what an event of a serverless function goes to, as AWS's own transform does.
    ///
    /// - Parameter event: the event's name.
    mutating func addPermission(
        for event: String, of function: EventTarget, principal: String, sourceARN: String? = nil,
        sourceAccount: String? = nil
    ) {
        let logicalID = "\(function.logicalID)\(event)Permission"
        let name = GeneratedName.resource(logicalID, in: evaluator.settings.stackName)
        application.permissions.append(
            PermissionResource(
                logicalID: logicalID, statementID: Self.statementID(name), functionName: function.arn,
                action: "lambda:InvokeFunction", principal: principal, sourceARN: sourceARN,
                sourceAccount: sourceAccount))
    }

    /// At most 100 characters; what tells names apart is at their end.
    static func statementID(_ name: String) -> String { String(name.suffix(100)) }
}
