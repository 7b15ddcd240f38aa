// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import FoundationEssentials
import LambdaEvents

/// The way of one asynchronous inference, from the queue to its notification.
///
/// Pure: what happened goes in, what is to be done next comes out.
struct InferenceLifecycle: Sendable {
    enum Event: Sendable {
        /// Its turn has come, or its time is over.
        case began
        case inputRead(contentType: String?, body: Bytes)
        case inputUnreadable(String)
        case modelAnswered(ModelAnswer)
        /// The result, or the model's answer to a failed request, is where it belongs.
        case stored
        case notStored(String)
        case recorded
        case published
    }

    enum Action: Sendable {
        case readInput(S3Location)
        case askModel(contentType: String?, body: Bytes)
        case store(S3Location, contentType: String?, body: Bytes)
        /// Make the notification durable: from here on the model is not asked again, whatever happens.
        case record(Notification)
        case publish(Notification)
        case forget
    }

    /// What is told of the outcome, and to whom; no topic for nobody.
    struct Notification: Sendable, Equatable, Codable {
        var topic: String?
        var message: String
    }

    private enum State {
        case waiting
        case reading
        case asking(contentType: String?)
        case storingResult(contentType: String?, resultType: String?)
        case storingFailure(contentType: String?, reason: String)
        case recording(Notification)
        case publishing
        case over
    }

    let request: AsyncRequest
    private let region: String
    private let topics: (success: String?, error: String?)
    private var state = State.waiting

    init(_ request: AsyncRequest, region: String, successTopic: String?, errorTopic: String?) {
        self.request = request
        self.region = region
        topics = (successTopic, errorTopic)
    }

    /// - Parameter now: milliseconds since 1970.
    /// - Returns: what to do next. Events come only in answer to actions: any other order is a mistake of the caller.
    mutating func handle(_ event: Event, now: Int64) -> Action {
        switch (state, event) {
        case (.waiting, .began): began(now)
        case (.reading, .inputRead(let type, let body)): ask(contentType: request.contentType ?? type, body)
        case (.reading, .inputUnreadable(let reason)): fail(reason, request.contentType, nil, now)
        case (.asking(let type), .modelAnswered(let answer)): answered(answer, contentType: type, now)
        case (.storingResult(let type, let resultType), .stored): completed(type, resultType, now)
        case (.storingResult(let type, _), .notStored(let reason)):
            failed("ClientError: Unable to write the result to \(request.output): \(reason)", type, nil, now)
        case (.storingFailure(let type, let reason), .stored): failed(reason, type, request.failure, now)
        case (.storingFailure(let type, let reason), .notStored): failed(reason, type, nil, now)
        case (.recording(let notification), .recorded): publish(notification)
        case (.publishing, .published): end()
        default: preconditionFailure("\(event) in \(state)")
        }
    }

    private mutating func began(_ now: Int64) -> Action {
        guard now < request.expires else {
            let seconds = (request.expires - request.received) / 1000
            let reason = "ClientError: The request was not processed within its RequestTTLSeconds (\(seconds))."
            return fail(reason, request.contentType, nil, now)
        }
        state = .reading
        return .readInput(request.input)
    }

    private mutating func ask(contentType: String?, _ body: Bytes) -> Action {
        state = .asking(contentType: contentType)
        return .askModel(contentType: contentType, body: body)
    }

    private mutating func answered(_ answer: ModelAnswer, contentType: String?, _ now: Int64) -> Action {
        switch answer {
        case .answered(let response) where response.isSuccess:
            state = .storingResult(contentType: contentType, resultType: response.contentType)
            return .store(request.output, contentType: response.contentType, body: response.body)
        case .answered(let response):
            return fail(ModelError.reason(status: response.status), contentType, response, now)
        case .failed(let failure):
            return fail("\(ModelError.reason(status: 0)) \(failure.message)", contentType, nil, now)
        }
    }

    /// A failed request leaves an object too, where the endpoint has a place for it.
    private mutating func fail(
        _ reason: String, _ contentType: String?, _ answer: ModelResponse?, _ now: Int64
    ) -> Action {
        guard let location = request.failure else { return failed(reason, contentType, nil, now) }
        state = .storingFailure(contentType: contentType, reason: reason)
        return .store(
            location, contentType: answer?.contentType ?? "text/plain", body: answer?.body ?? Bytes(reason))
    }

    private mutating func completed(_ contentType: String?, _ resultType: String?, _ now: Int64) -> Action {
        record(
            .completed(
                awsRegion: region, eventTime: ISO8601.format(now), receivedTime: ISO8601.format(request.received),
                requestParameters: parameters(contentType),
                responseParameters: SageMakerAsyncNotification.ResponseParameters(
                    contentType: resultType, outputLocation: request.output.description),
                inferenceId: request.inferenceID),
            topic: topics.success)
    }

    private mutating func failed(_ reason: String, _ contentType: String?, _ location: S3Location?, _ now: Int64)
        -> Action
    {
        record(
            .failed(
                awsRegion: region, eventTime: ISO8601.format(now), receivedTime: ISO8601.format(request.received),
                requestParameters: parameters(contentType), failureReason: reason,
                failureLocation: location?.description,
                inferenceId: request.inferenceID), topic: topics.error)
    }

    private func parameters(_ contentType: String?) -> SageMakerAsyncNotification.RequestParameters {
        SageMakerAsyncNotification.RequestParameters(
            contentType: contentType, endpointName: request.endpoint, inputLocation: request.input.description)
    }

    private mutating func record(_ body: SageMakerAsyncNotification, topic: String?) -> Action {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        // Only floating-point numbers that JSON has no form for could make it fail, and there are none.
        let text = (try? encoder.encode(body)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
        let notification = Notification(topic: topic, message: text)
        state = .recording(notification)
        return .record(notification)
    }

    private mutating func publish(_ notification: Notification) -> Action {
        guard notification.topic != nil else { return end() }
        state = .publishing
        return .publish(notification)
    }

    private mutating func end() -> Action {
        state = .over
        return .forget
    }

    /// Takes up a request whose notification was recorded before the process died.
    mutating func resume(_ notification: Notification) -> Action {
        publish(notification)
    }
}
