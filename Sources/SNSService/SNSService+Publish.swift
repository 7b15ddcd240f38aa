// SPDX-License-Identifier: Apache-2.0
import AWSWire

// Publish and PublishBatch. AWS documentation: SNS API Reference.
extension SNSService {
    private static let batchLimit = 10

    /// - Parameter trace: the trace header of the request.
    func publish(_ parameters: QueryParameters, trace: String?) async throws(AWSError) -> SNSResult {
        guard parameters["PhoneNumber"] == nil else { throw SNSErrors.unsupported("PhoneNumber Reason: SMS") }
        var message = try MessageParser(parameters: parameters).message()
        message.trace = trace
        let topic = try target(parameters)
        let messageID = try await publish(message, to: topic)
        return { $0.element("MessageId", messageID) }
    }

    /// A topic's ARN may stand under either name.
    private func target(_ parameters: QueryParameters) throws(AWSError) -> String {
        if let topic = parameters["TopicArn"] {
            try QueryParameters.check(arn: topic, "TopicArn")
            return topic
        }
        guard let target = parameters["TargetArn"] else {
            throw SNSErrors.invalidParameter("TopicArn or TargetArn Reason: no value for required parameter")
        }
        try QueryParameters.check(arn: target, "TargetArn")
        guard ARN(target)?.resource.hasPrefix("endpoint/") != true else {
            throw SNSErrors.invalidParameter("TargetArn Reason: No endpoint found for the target arn specified")
        }
        return target
    }

    func publishBatch(_ parameters: QueryParameters, trace: String?) async throws(AWSError) -> SNSResult {
        let topic = try parameters.requiredARN("TopicArn")
        let entries = parameters.list("PublishBatchRequestEntries")
        guard !entries.isEmpty else { throw SNSErrors.emptyBatch }
        guard entries.count <= Self.batchLimit else { throw SNSErrors.tooManyEntries }
        _ = try topics.topic(topic)
        let ids = entries.map { $0["Id"] ?? "" }
        guard ids.allSatisfy(Self.isValid(entryID:)) else { throw SNSErrors.invalidEntryID }
        guard Set(ids).count == ids.count else { throw SNSErrors.duplicateEntryIDs }
        // One bad entry fails the whole batch, as recorded from AWS.
        var messages: [Message] = []
        for entry in entries { messages.append(try MessageParser(parameters: entry).message()) }
        guard messages.reduce(0, { $0 + $1.size }) <= MessageParser.sizeLimit else { throw SNSErrors.batchTooLong }
        var published: [(id: String, result: Result<String, AWSError>)] = []
        for (id, var message) in zip(ids, messages) {
            message.trace = trace
            do {
                published.append((id, .success(try await publish(message, to: topic))))
            } catch {
                published.append((id, .failure(error)))
            }
        }
        return { [published] xml in Self.write(published, to: &xml) }
    }

    /// Up to 80 letters, digits, hyphens and underscores.
    private static func isValid(entryID: String) -> Bool {
        Topic.isValid(name: entryID) && entryID.utf8.count <= 80
    }

    private static func write(_ published: [(id: String, result: Result<String, AWSError>)], to xml: inout XMLWriter) {
        xml.element("Successful") { xml in
            for case (let id, .success(let messageID)) in published {
                xml.element("member") { xml in
                    xml.element("Id", id)
                    xml.element("MessageId", messageID)
                }
            }
        }
        xml.element("Failed") { xml in
            for case (let id, .failure(let error)) in published {
                xml.element("member") { xml in
                    xml.element("Id", id)
                    xml.element("Code", error.code)
                    xml.element("Message", error.message)
                    xml.element("SenderFault", String(error.fault == .sender))
                }
            }
        }
    }
}
