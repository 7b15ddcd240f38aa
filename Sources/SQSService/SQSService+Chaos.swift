// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import JSON
import ServiceProtocols

/// What chaos does to queues.
extension SQSService {
    /// - Throws: the error that chaos has for a request.
    func failByChaos(_ operation: String, _ request: SQSRequest) throws(AWSError) {
        guard let chaos = environment.chaos else { return }
        var point = ChaosPoint(.request, of: "sqs")
        point.operation = operation
        let url = request.members["QueueUrl"]?.string?.split(separator: "/").last.map(String.init)
        point.resource = url ?? request.members["QueueName"]?.string ?? ""
        if case .fail(let error)? = chaos.strike(at: point) {
            throw AWSError(error.code, error.message, status: error.status)
        }
    }

    /// How long chaos hides a message that is sent, beside what its sender and its queue say.
    func delayByChaos(_ body: String, to name: String) -> Duration? {
        guard let chaos = environment.chaos else { return nil }
        var point = ChaosPoint(.acceptance, of: "sqs")
        point.resource = name
        point.content = Bytes(body)
        guard case .delay(let time)? = chaos.strike(at: point) else { return nil }
        return time
    }

    /// Takes messages out of a queue, as chaos lets it happen.
    ///
    /// A standard queue delivers at least once and in about the order in which messages were sent; what is dropped was
    /// received by nobody, and comes again after its visibility timeout
    /// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues.html).
    func take(
        from name: String, most: Int, _ visibility: Int?, redrives: Bool, _ chaos: any ChaosPoints
    ) throws(AWSError) -> (taken: MessageQueue.Taken, kept: [QueuedMessage], lost: [Int64]) {
        var effects: [Int64: ChaosEffect] = [:]
        let queue = queues[name]?.number ?? 0
        let moment = now
        let received = queues[name]?.state.receive(
            most: most, visibilityTimeout: visibility, redrives: redrives, now: moment
        ) { message in
            var point = ChaosPoint(.delivery, of: "sqs")
            point.resource = name
            point.attempt = message.receiveCount + 1
            point.content = Bytes(message.body)
            let effect = chaos.strike(at: point)
            effects[message.sequence] = effect
            if case .reorder? = effect { return true }
            return false
        }
        guard var taken = received else { throw SQSError.noQueue }
        let all = taken.received
        taken.received = []
        var (kept, lost): ([QueuedMessage], [Int64]) = ([], [])
        for var message in all {
            let handle = ReceiptHandle(queue: queue, sequence: message.sequence, receive: message.receiveCount)
            switch effects[message.sequence] {
            case .lose?:
                _ = queues[name]?.state.delete(handle)
                lost.append(message.sequence)
                continue
            case .duplicate?:
                message = try queues[name]?.state.changeVisibility(handle, seconds: 0, now: moment) ?? message
                taken.received.append(message)
            case .drop?: break
            default: taken.received.append(message)
            }
            kept.append(message)
        }
        return (taken, kept, lost)
    }
}
