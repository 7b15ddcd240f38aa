// SPDX-License-Identifier: Apache-2.0
import AWSWire
import HeapModule
import ServiceProtocols

/// The messages of one standard queue, and who may have which of them when: a value without clock or store.
///
/// A message is visible, or hidden until a moment: because it was sent with a delay, or because somebody has received
/// it. Visible messages are handed out in the order in which they became so.
struct MessageQueue {
    /// What a receive takes out.
    struct Taken: Equatable {
        /// Handed out, as they are now.
        var received: [QueuedMessage] = []
        /// Received too often: they are no longer in this queue.
        var redriven: [QueuedMessage] = []
    }

    var attributes: QueueAttributes
    private(set) var messages: [Int64: QueuedMessage] = [:]
    /// Messages that can be handed out, and perhaps some that are gone.
    private var visible: ArraySlice<Int64> = []
    /// Messages that are hidden, and perhaps some that are not any more.
    private var hidden = Heap<Deadline>()
    /// When messages were sent, and perhaps some that are gone.
    private var ages = Heap<Deadline>()

    init(attributes: QueueAttributes) {
        self.attributes = attributes
    }

    // MARK: Changes

    /// Takes a message, hidden until its moment if it has one.
    mutating func add(_ message: QueuedMessage) {
        messages[message.sequence] = message
        if ages.count > 2 * messages.count + 64 {
            ages = Heap(ages.unordered.filter { messages[$0.sequence] != nil })
        }
        ages.insert(Deadline(moment: message.sent, sequence: message.sequence))
        if let until = message.hiddenUntil {
            hidden.insert(Deadline(moment: until, sequence: message.sequence))
        } else {
            visible.append(message.sequence)
        }
    }

    /// Hands messages out, and takes out of the queue those that were received too often.
    ///
    /// - Parameters:
    ///   - most: at most so many.
    ///   - visibilityTimeout: for how long nobody else gets them, in seconds; nil for the queue's own.
    ///   - redrives: whether there is a queue to take those that were received too often.
    ///   - isOvertaken: whether others are handed out before a message, if there are any.
    mutating func receive(
        most: Int, visibilityTimeout: Int? = nil, redrives: Bool, now: Timestamp,
        isOvertaken: (QueuedMessage) -> Bool = { _ in false }
    ) -> Taken {
        advance(to: now)
        var taken = Taken()
        var overtaken: [Int64] = []
        let seconds = visibilityTimeout ?? attributes.visibilityTimeout
        while taken.received.count < most, let sequence = visible.popFirst() {
            guard var message = messages[sequence] else { continue }
            if redrives, let redrive = attributes.redrive, message.receiveCount >= redrive.maximumReceives {
                messages[sequence] = nil
                taken.redriven.append(message)
                continue
            }
            // The last one left has nobody to let by.
            if isOvertaken(message), !visible.isEmpty {
                overtaken.append(sequence)
                continue
            }
            message.receiveCount += 1
            message.firstReceived = message.firstReceived ?? now
            message.lastReceived = now
            message.hiddenUntil = now + .seconds(seconds)
            messages[sequence] = message
            hidden.insert(Deadline(moment: now + .seconds(seconds), sequence: sequence))
            taken.received.append(message)
        }
        visible.append(contentsOf: overtaken)
        return taken
    }

    /// Deletes the message of the latest receive.
    ///
    /// - Returns: false when the handle is of an earlier receive, or the message is gone: then nothing happens.
    mutating func delete(_ handle: ReceiptHandle) -> Bool {
        guard let message = messages[handle.sequence], message.receiveCount == handle.receive else { return false }
        messages[handle.sequence] = nil
        return true
    }

    /// Hides a received message for another time from now on, or shows it at once.
    ///
    /// - Returns: the message as it is now.
    /// - Throws: the error that ChangeMessageVisibility answers with.
    mutating func changeVisibility(
        _ handle: ReceiptHandle, seconds: Int, now: Timestamp
    ) throws(AWSError) -> QueuedMessage {
        advance(to: now)
        guard var message = messages[handle.sequence], message.receiveCount == handle.receive,
            let received = message.lastReceived
        else {
            throw SQSError.invalid(
                handle.text, for: "ReceiptHandle",
                "Message does not exist or is not available for visibility timeout change.")
        }
        guard (now + .seconds(seconds)) - received <= .seconds(SQSLimits.visibility.upperBound) else {
            throw SQSError.invalid(
                seconds, for: "VisibilityTimeout",
                "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]")
        }
        let until = now + .seconds(seconds)
        if message.hiddenUntil == nil { visible.removeAll { $0 == message.sequence } }
        message.hiddenUntil = until
        messages[message.sequence] = message
        hidden.insert(Deadline(moment: until, sequence: message.sequence))
        return message
    }

    /// Forgets all messages.
    mutating func purge() {
        messages = [:]
        visible = []
        hidden = Heap()
        ages = Heap()
    }

    /// Shows what is hidden no longer.
    mutating func advance(to now: Timestamp) {
        while let first = hidden.min, first.moment <= now {
            hidden.removeMin()
            // The message may be gone, or hidden until another moment.
            guard messages[first.sequence]?.hiddenUntil == first.moment else { continue }
            messages[first.sequence]?.hiddenUntil = nil
            visible.append(first.sequence)
        }
    }

    /// Forgets what is older than the queue keeps.
    ///
    /// - Returns: what was forgotten.
    mutating func expire(now: Timestamp) -> [Int64] {
        var expired: [Int64] = []
        while let first = ages.min, now - first.moment > .seconds(attributes.retention) {
            ages.removeMin()
            if messages.removeValue(forKey: first.sequence) != nil { expired.append(first.sequence) }
        }
        return expired
    }

    // MARK: Questions

    /// When the next hidden message becomes visible; nil when none is hidden.
    mutating func nextVisible() -> Timestamp? {
        while let first = hidden.min {
            if messages[first.sequence]?.hiddenUntil == first.moment { return first.moment }
            hidden.removeMin()
        }
        return nil
    }

    /// How many messages can be received, are with a receiver, and are delayed.
    var counts: (visible: Int, inFlight: Int, delayed: Int) {
        var counts = (visible: 0, inFlight: 0, delayed: 0)
        for message in messages.values {
            if message.hiddenUntil == nil {
                counts.visible += 1
            } else if message.isDelayed {
                counts.delayed += 1
            } else {
                counts.inFlight += 1
            }
        }
        return counts
    }

    /// Whether no more messages may be in flight.
    var isOverLimit: Bool { messages.count >= SQSLimits.inFlight && counts.inFlight >= SQSLimits.inFlight }
}
