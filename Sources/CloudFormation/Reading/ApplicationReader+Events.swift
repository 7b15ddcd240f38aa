// SPDX-License-Identifier: Apache-2.0

/// What the events of a serverless function go to: its alias where there is one.
struct EventTarget {
    let logicalID: String
    let arn: String

    init(function: FunctionResource, alias: String?) {
        logicalID = function.logicalID
        arn = alias.map { "\(function.arn):\($0)" } ?? function.arn
    }
}

// What serverless functions are triggered by.
extension ApplicationReader {
    /// Adds an event of a function to where it comes from.
    mutating func readEvent(_ name: String, _ event: Located, of function: EventTarget) throws(Fault) {
        let fields = try self.fields(event, PropertyTable(executed: ["Type", "Properties"]))
        let type = try fields.required("Type")
        let properties =
            fields["Properties"]
            ?? Located(
                node: .object([:], at: event.node.offset), path: event.path.member("Properties"))
        switch try type.asText() {
        case "HttpApi": try readRoute(name, properties, of: function)
        case "S3": try readNotification(name, properties, of: function)
        case "SNS": try readTopicEvent(name, properties, of: function)
        case let other: remark(.warning, [type.fault("ignored: events of type \(other) are not supported")])
        }
    }

    // https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-httpapi.html
    private mutating func readRoute(
        _ name: String, _ properties: Located, of function: EventTarget
    ) throws(Fault) {
        let fields = try self.fields(
            properties,
            PropertyTable(
                executed: ["ApiId", "Method", "Path", "PayloadFormatVersion", "RouteSettings", "TimeoutInMillis"],
                ignored: ["Stage"], rejected: ["Auth": "routes are open to everybody here"]))
        let apiID = try fields.text("ApiId")
        guard
            let index = application.apis.firstIndex(where: {
                apiID == nil ? $0.logicalID == ServerlessTransform.implicitAPI : $0.apiID == apiID
            })
        else {
            throw fields.located.fault("ApiId refers to no HTTP API of this template")
        }
        let method = try fields.text("Method")?.uppercased()
        let path = try fields.text("Path")
        guard (method == nil) == (path == nil) || path == "$default" else {
            throw fields.located.fault("Path and Method go together; a route without both takes what no other takes")
        }
        if let path, !path.hasPrefix("/"), path != "$default" {
            throw fields.located.fault("a route's path begins with a slash, this one is \"\(path)\"")
        }
        let isDefault = path == nil || path == "$default"
        let route = HTTPAPIResource.Route(
            method: isDefault ? nil : method == "X-AMAZON-APIGATEWAY-ANY-METHOD" ? "ANY" : method,
            path: path ?? "$default", functionARN: function.arn,
            payloadFormatVersion: try fields.text("PayloadFormatVersion", oneOf: ["1.0", "2.0"]) ?? "2.0",
            timeoutMilliseconds: try fields.integer("TimeoutInMillis", in: 50...30_000) ?? 30_000)
        guard !application.apis[index].routes.contains(where: { $0.key == route.key }) else {
            throw fields.located.fault("the route \(route.key) is declared twice")
        }
        application.apis[index].routes.append(route)
        application.apis[index].stages[0].merge(try routeSettings(fields["RouteSettings"]), for: route.key)
        addPermission(
            for: name, of: function, principal: "apigateway.amazonaws.com",
            sourceARN: evaluator.sourceARN(of: route, apiID: application.apis[index].apiID))
    }

    private mutating func readNotification(
        _ name: String, _ properties: Located, of function: EventTarget
    ) throws(Fault) {
        let fields = try self.fields(properties, PropertyTable(executed: ["Bucket", "Events", "Filter"]))
        let bucketName = try fields.requiredText("Bucket")
        guard let index = application.buckets.firstIndex(where: { $0.bucketName == bucketName }) else {
            throw fields.located.fault("Bucket must refer to a bucket of this template")
        }
        // One for each, as the public transform has it.
        for (number, event) in try fields.texts("Events").enumerated() {
            try addNotification(
                "\(function.logicalID)-\(name)-\(number)", events: [event], filter: fields["Filter"],
                functionARN: function.arn, toBucketAt: index, fields.located)
        }
        // The bucket's ARN would make bucket and permission depend on each other.
        addPermission(
            for: name, of: function, principal: "s3.amazonaws.com", sourceAccount: evaluator.settings.account)
    }

    private mutating func readTopicEvent(
        _ name: String, _ properties: Located, of function: EventTarget
    ) throws(Fault) {
        let fields = try self.fields(
            properties,
            PropertyTable(
                executed: ["Topic", "FilterPolicy", "FilterPolicyScope"], ignored: ["Region", "RedrivePolicy"],
                rejected: ["SqsSubscription": "there are no queues here"]))
        let topic = try fields.requiredText("Topic")
        application.subscriptions.append(
            SubscriptionResource(
                logicalID: function.logicalID + name, topicARN: topic,
                functionARN: function.arn, filterPolicy: try filterPolicy(fields),
                filterScope: try filterScope(fields)))
        addPermission(for: name, of: function, principal: "sns.amazonaws.com", sourceARN: topic)
    }
}

extension HTTPAPIResource.Stage {
    /// Settings of a route's event, before those that the API has for the route.
    fileprivate mutating func merge(_ settings: HTTPAPIResource.RouteSettings, for key: String) {
        guard settings != .init() else { return }
        let known = routeSettings[key]
        routeSettings[key] = HTTPAPIResource.RouteSettings(
            throttlingBurstLimit: settings.throttlingBurstLimit ?? known?.throttlingBurstLimit,
            throttlingRateLimit: settings.throttlingRateLimit ?? known?.throttlingRateLimit)
    }
}

extension Evaluator {
    /// What the serverless transform lets API Gateway invoke a function for: all stages, `*` for each variable of the
    /// path that is not greedy (or is `{proxy+}`), no slash at the end.
    fileprivate func sourceARN(of route: HTTPAPIResource.Route, apiID: String) -> String {
        let api = "arn:\(settings.partition):execute-api:\(settings.region):\(settings.account):\(apiID)/*/"
        guard let method = route.method else { return api + "*" }
        let path = route.path.count > 1 && route.path.hasSuffix("/") ? route.path.dropLast() : Substring(route.path)
        let segments = path.split(separator: "/", omittingEmptySubsequences: false).map { segment in
            let isVariable = segment.hasPrefix("{") && segment.hasSuffix("}")
            return isVariable && (segment == "{proxy+}" || !segment.hasSuffix("+}")) ? "*" : segment
        }
        return api + (method == "ANY" ? "*" : method) + segments.joined(separator: "/")
    }
}
