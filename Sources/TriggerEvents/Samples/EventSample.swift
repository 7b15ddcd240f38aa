// SPDX-License-Identifier: Apache-2.0
public import JSON

/// An event as a service sends it to a function, made for tests.
public struct EventSample: Sendable {
    /// The service that sends it, `s3` say.
    public let service: String
    /// Which of its events it is, `put` say.
    public let event: String
    /// What it tells, in a few words.
    public let summary: String

    private let make: @Sendable (inout SampleValues) -> JSONValue

    init(
        _ service: String, _ event: String, _ summary: String,
        _ make: @escaping @Sendable (inout SampleValues) -> JSONValue
    ) {
        self.service = service
        self.event = event
        self.summary = summary
        self.make = make
    }

    /// The event: always the same one for the same account and Region.
    public func usual(in place: SamplePlace) -> JSONValue {
        var values = SampleValues(place: place, random: nil)
        return make(&values)
    }

    /// An event with other values of the same form: the same one for the same state of the generator.
    public func random(in place: SamplePlace, using generator: inout some RandomNumberGenerator) -> JSONValue {
        // One number of the caller's for each event: how many an event takes changes nothing for those after it.
        var values = SampleValues(place: place, random: generator.next())
        return make(&values)
    }
}

/// Whose events samples are.
public struct SamplePlace: Sendable {
    /// The account: twelve digits.
    public var account: String
    /// The Region.
    public var region: String

    /// An account in a Region.
    public init(account: String, region: String) {
        self.account = account
        self.region = region
    }
}

/// All samples.
public enum EventSamples {
    /// Those of one service together, in the order of the services' names.
    public static let all: [EventSample] =
        (APIGatewaySamples.all + WebSamples.all + S3Samples.all + MessagingSamples.all + StreamSamples.all
        + SchedulingSamples.all + LogSamples.all + CognitoSamples.all + DeploymentSamples.all + MailSamples.all
        + ConversationSamples.all + SageMakerSamples.all + OrchestrationSamples.all)
        .sorted { ($0.service, $0.event) < ($1.service, $1.event) }

    /// The sample with this name; nil when there is none.
    public static func find(service: String, event: String) -> EventSample? {
        all.first { $0.service == service && $0.event == event }
    }
}
