// SPDX-License-Identifier: Apache-2.0

// What becomes of asynchronous events: retries, destinations and dead-letter queues.
extension ApplicationReader {
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventinvokeconfig.html
    mutating func readEventInvokeConfig(_ resource: Template.Resource) throws(Fault) {
        let fields = try self.fields(
            resource.properties,
            PropertyTable(
                executed: [
                    "FunctionName", "Qualifier", "MaximumRetryAttempts", "MaximumEventAgeInSeconds",
                    "DestinationConfig",
                ]))
        try add(
            fields, resource.logicalID, function: fields.requiredText("FunctionName"),
            qualifier: fields.requiredText("Qualifier"), destination: PropertyTable(executed: ["Destination"]))
    }

    /// It is the alias's where the function has one.
    mutating func readEventInvoke(_ value: Located?, of function: FunctionResource, alias: String?) throws(Fault) {
        let table = PropertyTable(executed: ["MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig"])
        guard let fields = try optionalFields(value, table) else { return }
        try add(
            fields, function.logicalID, function: function.functionName,
            qualifier: alias ?? "$LATEST",
            destination: PropertyTable(executed: ["Destination", "Type"]))
    }

    private mutating func add(
        _ fields: Fields, _ logicalID: String, function: String, qualifier: String, destination: PropertyTable
    ) throws(Fault) {
        let destinations = try optionalFields(
            fields["DestinationConfig"], PropertyTable(executed: ["OnSuccess", "OnFailure"]))
        application.eventInvokeConfigs.append(
            EventInvokeConfigResource(
                logicalID: logicalID, function: function, qualifier: qualifier,
                maximumRetryAttempts: try fields.integer("MaximumRetryAttempts", in: 0...2),
                maximumEventAgeSeconds: try fields.integer("MaximumEventAgeInSeconds", in: 60...21_600),
                onSuccess: try self.destination(destinations?["OnSuccess"], destination),
                onFailure: try self.destination(destinations?["OnFailure"], destination)))
    }

    /// The serverless transform would make a queue or a topic for one that names none.
    private mutating func destination(_ value: Located?, _ table: PropertyTable) throws(Fault) -> String? {
        guard let fields = try optionalFields(value, table) else { return nil }
        if let type = try fields.text("Type", oneOf: ["SQS", "SNS", "Lambda", "EventBridge", "S3Bucket"]),
            type == "EventBridge"
        {
            throw fields.located.fault("not supported: EventBridge")
        }
        return try fields.requiredText("Destination")
    }

    /// `DeadLetterQueue` of a serverless function.
    mutating func deadLetterQueue(_ value: Located?) throws(Fault) -> String? {
        guard let fields = try optionalFields(value, PropertyTable(executed: ["Type", "TargetArn"])) else { return nil }
        _ = try fields.text("Type", oneOf: ["SQS", "SNS"])
        return try fields.requiredText("TargetArn")
    }
}
