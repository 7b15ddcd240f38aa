// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import ImageApplication
import LambdaEvents

/// What the state tracker is called with: notifications of the bucket, or of the endpoint's topics.
struct TrackedEvent: Decodable, Sendable {
    enum Fact: Sendable, Equatable {
        /// - Parameter isInput: whether it is the arrival of an input.
        case happened(id: String, ImageState.Event, isInput: Bool)
        /// Something that concerns no request, in words.
        case irrelevant(String)
    }

    let facts: [Fact]

    init(from decoder: any Decoder) throws {
        if let event = try? S3Event(from: decoder) {
            facts = event.records.map(Self.fact(of:))
        } else if let event = try? SNSEvent(from: decoder) {
            facts = event.records.map { Self.fact(of: $0.sns) }
        } else if let event = try? S3TestEvent(from: decoder) {
            facts = [.irrelevant(event.event)]
        } else {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(
                    codingPath: decoder.codingPath, debugDescription: "The event is neither one of S3 nor one of SNS."))
        }
    }

    private static func fact(of record: S3Event.Record) -> Fact {
        let key = record.s3.object.decodedKey
        guard record.eventName.hasPrefix("ObjectCreated:") else { return .irrelevant("\(record.eventName) \(key)") }
        switch ImageKeys.kind(of: key) {
        case .input(let id):
            return .happened(id: id, ImageState.Event(.submitted, time: record.eventTime), isInput: true)
        case .image(let id):
            return .happened(id: id, ImageState.Event(.ready, time: record.eventTime, image: key), isInput: false)
        case nil:
            return .irrelevant("\(record.eventName) \(key)")
        }
    }

    private static func fact(of message: SNSEvent.Message) -> Fact {
        guard
            let notification = try? JSONDecoder().decode(
                SageMakerAsyncNotification.self, from: Data(message.message.utf8)),
            ImageKeys.isID(notification.inferenceId)
        else { return .irrelevant("message \(message.messageID)") }
        let event =
            notification.isCompleted
            ? ImageState.Event(
                .completed, time: notification.eventTime, output: notification.responseParameters?.outputLocation)
            : ImageState.Event(
                .failed, time: notification.eventTime, reason: notification.failureReason ?? "no reason was given")
        return .happened(id: notification.inferenceId, event, isInput: false)
    }
}
