// SPDX-License-Identifier: Apache-2.0

/// What a connector from one type of resource to another may allow, and as what AWS's transform writes it down.
///
/// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/reference-sam-connector.html
struct ConnectorProfile {
    enum Form {
        /// A statement of the function's resource policy, which is enforced here.
        case functionPermission(principal: String, source: SourceARN)
        /// A policy of a role, a topic or a queue, which nothing checks here.
        case otherPolicy
    }

    /// Which ARN calls come with.
    enum SourceARN {
        case returnedByRef
        case attribute
        /// Of the routes of an API.
        case routes
    }

    let source: String
    let destination: String
    /// `Read`, `Write`.
    let permissions: [String]
    /// Whether one of them alone is refused.
    var needsAll = false
    var form = Form.otherPolicy

    static func find(from source: String, to destination: String) -> ConnectorProfile? {
        all.first { $0.source == source && $0.destination == destination }
    }

    /// A serverless type is the plain one that it becomes.
    static func plainType(_ type: String) -> String {
        switch type {
        case ResourceType.serverlessFunction: ResourceType.function
        case ResourceType.httpAPI: ResourceType.plainAPI
        case "AWS::Serverless::Api": restAPI
        case "AWS::Serverless::StateMachine": stateMachine
        case "AWS::Serverless::SimpleTable": table
        default: type
        }
    }

    private static let restAPI = "AWS::ApiGateway::RestApi"
    private static let stateMachine = "AWS::StepFunctions::StateMachine"
    private static let table = "AWS::DynamoDB::Table"
    private static let eventBus = "AWS::Events::EventBus"
    private static let rule = "AWS::Events::Rule"
    private static let dataSource = "AWS::AppSync::DataSource"

    private static let all: [ConnectorProfile] =
        [
            permission(ResourceType.bucket, "s3.amazonaws.com", .attribute),
            permission(ResourceType.topic, "sns.amazonaws.com", .returnedByRef),
            permission(ResourceType.plainAPI, "apigateway.amazonaws.com", .routes),
            permission(restAPI, "apigateway.amazonaws.com", .routes),
            permission(rule, "events.amazonaws.com", .attribute),
            policy("AWS::AppSync::GraphQLApi", ResourceType.function, ["Write"]),
            policy(table, ResourceType.function, ["Read"]),
            ConnectorProfile(
                source: ResourceType.queue, destination: ResourceType.function, permissions: ["Write", "Read"],
                needsAll: true),
            policy(ResourceType.topic, ResourceType.queue, ["Write"]),
            ConnectorProfile(source: stateMachine, destination: stateMachine, permissions: ["Read", "Write"]),
        ] + [ResourceType.topic, ResourceType.queue, eventBus, stateMachine].map { policy(rule, $0, ["Write"]) }
        + [ResourceType.function, ResourceType.topic, eventBus].map { policy(ResourceType.function, $0, ["Write"]) }
        + [ResourceType.bucket, table, ResourceType.queue, stateMachine].map {
            policy(ResourceType.function, $0, ["Read", "Write"])
        } + [policy(ResourceType.function, "AWS::Location::PlaceIndex", ["Read"])]
        + [ResourceType.function, ResourceType.topic, ResourceType.queue, eventBus].map {
            policy(stateMachine, $0, ["Write"])
        } + [ResourceType.bucket, table].map { policy(stateMachine, $0, ["Read", "Write"]) }
        + [ResourceType.function, eventBus].map { policy(dataSource, $0, ["Write"]) }
        + [policy(dataSource, table, ["Read", "Write"])]

    private static func permission(_ source: String, _ principal: String, _ arn: SourceARN) -> ConnectorProfile {
        ConnectorProfile(
            source: source, destination: ResourceType.function, permissions: ["Write"],
            form: .functionPermission(principal: principal, source: arn))
    }

    private static func policy(_ source: String, _ destination: String, _ permissions: [String]) -> ConnectorProfile {
        ConnectorProfile(source: source, destination: destination, permissions: permissions)
    }
}
