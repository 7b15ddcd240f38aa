// SPDX-License-Identifier: Apache-2.0
import AWSWire
import ServiceProtocols

// Operations on subscriptions. AWS documentation: SNS API Reference.
extension SNSService {
    /// Attributes of subscriptions that AWS knows and that would have an effect which is not emulated.
    private static let unsupportedAttributes: Set<String> = [
        "DeliveryPolicy", "RedrivePolicy", "ReplayPolicy", "SubscriptionRoleArn",
    ]

    func subscribe(_ parameters: QueryParameters) throws(AWSError) -> SNSResult {
        let topic = try parameters.requiredARN("TopicArn")
        let name = try parameters.required("Protocol")
        guard Subscription.knownProtocols.contains(name) else {
            throw SNSErrors.invalidParameter("Amazon SNS does not support this protocol string: \(name)")
        }
        guard name == Subscription.protocolName else {
            throw SNSErrors.unsupported("Protocol Reason: delivery to \(name)")
        }
        let function = try functionARN(parameters)
        let filter = try filter(of: parameters)
        let arn = try topics.subscribe(topic: topic, function: function, filter: filter, id: environment.makeID())
        return { $0.element("SubscriptionArn", arn) }
    }

    func unsubscribe(_ parameters: QueryParameters) throws(AWSError) -> SNSResult? {
        topics.unsubscribe(try parameters.requiredARN("SubscriptionArn"))
        return nil
    }

    func listSubscriptions(_ parameters: QueryParameters) throws(AWSError) -> SNSResult {
        listing(try topics.listSubscriptions(of: nil, after: parameters["NextToken"]))
    }

    func listSubscriptionsByTopic(_ parameters: QueryParameters) throws(AWSError) -> SNSResult {
        let topic = try parameters.requiredARN("TopicArn")
        return listing(try topics.listSubscriptions(of: topic, after: parameters["NextToken"]))
    }

    func getSubscriptionAttributes(_ parameters: QueryParameters) throws(AWSError) -> SNSResult {
        let subscription = try topics.subscription(try parameters.requiredARN("SubscriptionArn"))
        let account = environment.account
        return { xml in
            var attributes = [
                (name: "SubscriptionArn", value: subscription.arn), ("TopicArn", subscription.topic),
                ("Protocol", Subscription.protocolName), ("Endpoint", subscription.endpoint), ("Owner", account),
                ("ConfirmationWasAuthenticated", "true"), ("PendingConfirmation", "false"),
                ("RawMessageDelivery", "false"), ("SubscriptionPrincipal", "arn:aws:iam::\(account):user/martlet"),
            ]
            if let filter = subscription.filter {
                attributes.append(("FilterPolicy", filter.text))
                attributes.append(("FilterPolicyScope", filter.scope.rawValue))
            }
            xml.attributes(attributes)
        }
    }

    func setSubscriptionAttributes(_ parameters: QueryParameters) throws(AWSError) -> SNSResult? {
        let subscription = try topics.subscription(try parameters.requiredARN("SubscriptionArn"))
        let name = try parameters.required("AttributeName")
        let value = parameters["AttributeValue"] ?? ""
        switch name {
        case "FilterPolicy":
            let filter = try filter(value, scope: subscription.filter?.scope ?? .attributes)
            try topics.setFilter(filter, of: subscription.arn)
        case "FilterPolicyScope":
            let scope = try scope(value)
            guard let filter = subscription.filter else {
                throw SNSErrors.unsupported("FilterPolicyScope Reason: a scope without a FilterPolicy")
            }
            try topics.setFilter(try FilterPolicy(filter.text, scope: scope), of: subscription.arn)
        case "RawMessageDelivery": try checkRawDelivery(value)
        case let name where Self.unsupportedAttributes.contains(name):
            throw SNSErrors.unsupported("AttributeName Reason: \(name)")
        default: throw SNSErrors.invalidParameter("AttributeName")
        }
        return nil
    }

    // MARK: Values

    private func functionARN(_ parameters: QueryParameters) throws(AWSError) -> String {
        guard let endpoint = parameters["Endpoint"], let arn = ARN(endpoint), arn.service == "lambda",
            arn.resource.hasPrefix("function:")
        else { throw SNSErrors.invalidParameter("Lambda endpoint ARN") }
        return endpoint
    }

    /// The filter that the attributes of a Subscribe request describe; its errors name the parameter.
    private func filter(of parameters: QueryParameters) throws(AWSError) -> FilterPolicy? {
        var policy = ""
        var scope = FilterPolicy.Scope.attributes
        do throws(AWSError) {
            for (name, value) in parameters.map("Attributes") {
                let text = value.value ?? ""
                switch name {
                case "FilterPolicy": policy = text
                case "FilterPolicyScope": scope = try self.scope(text)
                case "RawMessageDelivery": try checkRawDelivery(text)
                case let name where Self.unsupportedAttributes.contains(name): throw SNSErrors.unsupported(name)
                default: throw SNSErrors.invalidParameter("Unknown attribute \(name)")
                }
            }
            return try filter(policy, scope: scope)
        } catch {
            throw SNSErrors.invalidParameter("Attributes Reason: \(error.message.dropPrefix("Invalid parameter: "))")
        }
    }

    /// An empty policy takes a filter away.
    private func filter(_ text: String, scope: FilterPolicy.Scope) throws(AWSError) -> FilterPolicy? {
        text.isEmpty || text == "{}" ? nil : try FilterPolicy(text, scope: scope)
    }

    private func scope(_ text: String) throws(AWSError) -> FilterPolicy.Scope {
        guard let scope = FilterPolicy.Scope(rawValue: text) else {
            throw SNSErrors.invalidParameter(
                "FilterPolicyScope: Invalid value [\(text)]. Please use either MessageBody or MessageAttributes")
        }
        return scope
    }

    private func checkRawDelivery(_ text: String) throws(AWSError) {
        switch text.lowercased() {
        case "false": break
        case "true":
            throw SNSErrors.invalidParameter(
                "RawMessageDelivery: Delivery protocol [lambda] does not support raw message delivery.")
        default:
            throw SNSErrors.invalidParameter("RawMessageDelivery: Invalid value [\(text)]. Must be true or false.")
        }
    }

    private func listing(_ page: Topics.Page<Subscription>) -> SNSResult {
        let owner = environment.account
        return { xml in
            xml.element("Subscriptions") { xml in
                for subscription in page.items {
                    xml.element("member") { xml in
                        xml.element("SubscriptionArn", subscription.arn)
                        xml.element("Owner", owner)
                        xml.element("Protocol", Subscription.protocolName)
                        xml.element("Endpoint", subscription.endpoint)
                        xml.element("TopicArn", subscription.topic)
                    }
                }
            }
            if let token = page.nextToken { xml.element("NextToken", token) }
        }
    }
}

extension String {
    fileprivate func dropPrefix(_ prefix: String) -> Substring {
        hasPrefix(prefix) ? dropFirst(prefix.count) : Substring(self)
    }
}
