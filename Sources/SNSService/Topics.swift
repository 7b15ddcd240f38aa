// SPDX-License-Identifier: Apache-2.0
public import AWSWire

/// All topics and subscriptions of one account in one region: a value without clock, socket or random source.
public struct Topics: Sendable {
    /// One message on its way to one subscriber.
    struct Delivery: Sendable, Equatable {
        var subscription: Subscription
        var message: Message
        var messageID: String
    }

    /// One page of a listing, and where the next one starts.
    struct Page<Item> {
        var items: [Item]
        var nextToken: String?
    }

    private static let pageSize = 100

    let account: String
    let region: String
    private var topics: [String: Topic] = [:]
    private var subscriptions: [String: Subscription] = [:]

    /// No topics yet.
    public init(account: String, region: String) {
        self.account = account
        self.region = region
    }

    // MARK: Topics

    /// Creates a topic, or finds the one of that name.
    ///
    /// An attribute that is given must then be as it was.
    ///
    /// - Returns: the ARN.
    /// - Throws: `InvalidParameter` for a bad name, or for an existing topic with other attributes or tags.
    public mutating func createTopic(
        name: String, displayName: String? = nil, signatureVersion: String? = nil, tags: [Topic.Tag] = []
    ) throws(AWSError) -> String {
        guard Topic.isValid(name: name) else { throw SNSErrors.invalidParameter("Topic Name") }
        let arn = ARN(service: "sns", region: region, account: account, resource: name).description
        guard let existing = topics[arn] else {
            var topic = Topic(arn: arn, displayName: displayName ?? "", signatureVersion: signatureVersion)
            topic.tags = tags
            topics[arn] = topic
            return arn
        }
        guard displayName == nil || displayName == existing.displayName,
            signatureVersion == nil || signatureVersion == existing.signatureVersion
        else {
            throw SNSErrors.invalidParameter("Attributes Reason: Topic already exists with different attributes")
        }
        guard tags.allSatisfy(existing.tags.contains) else {
            throw SNSErrors.invalidParameter("Tags Reason: Topic already exists with different tags")
        }
        return arn
    }

    /// Deletes a topic with its subscriptions; nothing happens when there is none.
    mutating func deleteTopic(_ arn: String) {
        guard topics.removeValue(forKey: arn) != nil else { return }
        subscriptions = subscriptions.filter { $0.value.topic != arn }
    }

    func topic(_ arn: String) throws(AWSError) -> Topic {
        guard let topic = topics[arn] else { throw SNSErrors.noTopic }
        return topic
    }

    mutating func updateTopic(
        _ arn: String, _ change: (inout Topic) throws(AWSError) -> Void
    ) throws(AWSError) {
        var topic = try topic(arn)
        try change(&topic)
        topics[arn] = topic
    }

    func listTopics(after token: String?) throws(AWSError) -> Page<Topic> {
        try page(topics, after: token) { _ in true }
    }

    // MARK: Subscriptions

    /// Subscribes a function to a topic, or finds the subscription that it has already.
    ///
    /// - Parameters:
    ///   - id: what a new subscription's ARN ends with.
    ///   - filter: which messages it gets; nil for all.
    /// - Returns: the subscription's ARN.
    /// - Throws: `NotFound` without the topic; `InvalidParameter` when the subscription exists with another filter.
    public mutating func subscribe(
        topic: String, function: String, filter: FilterPolicy? = nil, id: String
    ) throws(AWSError) -> String {
        _ = try self.topic(topic)
        if let existing = subscriptions.values.first(where: { $0.topic == topic && $0.endpoint == function }) {
            guard filter == nil || filter == existing.filter else {
                throw SNSErrors.invalidParameter(
                    "Attributes Reason: Subscription already exists with different attributes")
            }
            return existing.arn
        }
        let arn = "\(topic):\(id)"
        subscriptions[arn] = Subscription(arn: arn, topic: topic, endpoint: function, filter: filter)
        return arn
    }

    /// Ends a subscription; nothing happens when there is none.
    mutating func unsubscribe(_ arn: String) {
        guard let subscription = subscriptions.removeValue(forKey: arn) else { return }
        topics[subscription.topic]?.deletedSubscriptions += 1
    }

    func subscription(_ arn: String) throws(AWSError) -> Subscription {
        guard let subscription = subscriptions[arn] else { throw SNSErrors.noSubscription }
        return subscription
    }

    mutating func setFilter(_ filter: FilterPolicy?, of arn: String) throws(AWSError) {
        _ = try subscription(arn)
        subscriptions[arn]?.filter = filter
    }

    /// - Parameter topic: the ARN of the topic whose subscriptions are listed; nil for all.
    func listSubscriptions(of topic: String?, after token: String?) throws(AWSError) -> Page<Subscription> {
        if let topic { _ = try self.topic(topic) }
        return try page(subscriptions, after: token) { topic == nil || $0.topic == topic }
    }

    func subscriptionCount(of topic: String) -> Int {
        subscriptions.values.count { $0.topic == topic }
    }

    // MARK: Publishing

    /// The deliveries that a message causes, one for each subscription whose filter lets it through.
    ///
    /// - Throws: `NotFound` without the topic.
    func deliveries(of message: Message, id: String, to topic: String) throws(AWSError) -> [Delivery] {
        _ = try self.topic(topic)
        return subscriptions.values
            .filter { $0.topic == topic && $0.filter?.matches(message) ?? true }
            .sorted { $0.arn < $1.arn }
            .map { Delivery(subscription: $0, message: message, messageID: id) }
    }

    // MARK: Pages

    /// The next items in the order of their ARNs; the token is the last one given, so nothing is lost by deletions.
    private func page<Item>(
        _ all: [String: Item], after token: String?, where isIncluded: (Item) -> Bool
    ) throws(AWSError) -> Page<Item> {
        var last = ""
        if let token {
            guard let bytes = Base64.decode(token), let text = String(validating: bytes, as: UTF8.self) else {
                throw SNSErrors.invalidParameter("NextToken")
            }
            last = text
        }
        let rest = all.filter { $0.key > last && isIncluded($0.value) }.sorted { $0.key < $1.key }
        let items = rest.prefix(Self.pageSize)
        let nextToken = rest.count > items.count ? items.last.map { Base64.encode(Array($0.key.utf8)) } : nil
        return Page(items: items.map(\.value), nextToken: nextToken)
    }
}
