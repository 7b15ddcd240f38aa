// SPDX-License-Identifier: Apache-2.0
import AWSWire

/// What becomes of asynchronous events for one qualifier of a function
/// (https://docs.aws.amazon.com/lambda/latest/api/API_FunctionEventInvokeConfig.html).
public struct EventInvokeConfiguration: Sendable, Equatable, Codable {
    /// How often a failed event is run again, from 0 to 2; nil for 2.
    public var maximumRetryAttempts: Int?
    /// How old an event may become, from 60 to 21,600 seconds; nil for the longest.
    public var maximumEventAgeSeconds: Int?
    /// The ARN of what gets a record of each event that succeeded: a function, a queue or a topic.
    public var onSuccess: String?
    /// The ARN of what gets a record of each event that was given up: a function, a queue, a topic or a bucket.
    public var onFailure: String?
    /// Milliseconds since 1970.
    var modified: Int64 = 0

    /// A configuration; what is not given is as by default.
    public init(
        maximumRetryAttempts: Int? = nil, maximumEventAgeSeconds: Int? = nil, onSuccess: String? = nil,
        onFailure: String? = nil
    ) {
        self.maximumRetryAttempts = maximumRetryAttempts
        self.maximumEventAgeSeconds = maximumEventAgeSeconds
        self.onSuccess = onSuccess
        self.onFailure = onFailure
    }

    /// When events are run again and given up.
    var schedule: AsyncRetrySchedule {
        AsyncRetrySchedule(
            maximumRetryAttempts: maximumRetryAttempts ?? LambdaLimits.retryAttempts.upperBound,
            maximumAge: .seconds(maximumEventAgeSeconds ?? LambdaLimits.eventAge.upperBound))
    }

    /// - Throws: the error that PutFunctionEventInvokeConfig answers with.
    func validate() throws(AWSError) {
        try Self.check(maximumRetryAttempts, in: LambdaLimits.retryAttempts, "maximumRetryAttempts")
        try Self.check(maximumEventAgeSeconds, in: LambdaLimits.eventAge, "maximumEventAgeInSeconds")
    }

    private static func check(_ number: Int?, in range: ClosedRange<Int>, _ field: String) throws(AWSError) {
        guard let number, !range.contains(number) else { return }
        let bound =
            number < range.lowerBound
            ? "greater than or equal to \(range.lowerBound)" : "less than or equal to \(range.upperBound)"
        throw .validation("\(number)", at: field, "Member must have value \(bound)")
    }

    /// What the API answers with.
    func document(functionARN: String) -> [UInt8] {
        var json = JSONObjectWriter()
        // The API's dates are seconds since 1970.
        let milliseconds = String(modified % 1000 + 1000).dropFirst()
        json.add("LastModified", json: "\(modified / 1000).\(milliseconds)".utf8)
        json.add("FunctionArn", functionARN)
        if let maximumRetryAttempts { json.add("MaximumRetryAttempts", maximumRetryAttempts) }
        if let maximumEventAgeSeconds { json.add("MaximumEventAgeInSeconds", maximumEventAgeSeconds) }
        var destinations = JSONObjectWriter()
        destinations.add("OnSuccess", json: Self.document(ofDestination: onSuccess))
        destinations.add("OnFailure", json: Self.document(ofDestination: onFailure))
        json.add("DestinationConfig", json: destinations.finish())
        return json.finish()
    }

    private static func document(ofDestination arn: String?) -> [UInt8] {
        var json = JSONObjectWriter()
        if let arn { json.add("Destination", arn) }
        return json.finish()
    }
}
