// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Randomness
import ServiceProtocols
import Testing

@testable import SQSService

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
@Suite("A queue's messages")
struct MessageQueueTests {
    private let start = Timestamp(milliseconds: 1_000_000)

    private func queue(_ count: Int = 0, _ configure: (inout QueueAttributes) -> Void = { _ in }) -> MessageQueue {
        var attributes = QueueAttributes()
        configure(&attributes)
        var queue = MessageQueue(attributes: attributes)
        for number in 0..<count { queue.add(message(Int64(number))) }
        return queue
    }

    private func message(_ sequence: Int64, hiddenFor seconds: Int? = nil) -> QueuedMessage {
        QueuedMessage(
            sequence: sequence, id: "\(sequence)", body: "b", sender: "s", sent: start,
            hiddenUntil: seconds.map { start + .seconds($0) })
    }

    private func handle(_ message: QueuedMessage) -> ReceiptHandle {
        ReceiptHandle(queue: 1, sequence: message.sequence, receive: message.receiveCount)
    }

    @Test("A message that was received is hidden for its time, and then handed out again")
    func visibility() throws {
        var queue = queue(2)
        let first = queue.receive(most: 1, redrives: false, now: start).received
        #expect(first.map(\.sequence) == [0])
        #expect(queue.receive(most: 10, redrives: false, now: start).received.map(\.sequence) == [1])
        #expect(queue.nextVisible() == start + .seconds(30))
        let early = start + .milliseconds(29_999)
        #expect(queue.receive(most: 10, redrives: false, now: early).received.isEmpty)
        let again = queue.receive(most: 10, redrives: false, now: start + .seconds(30)).received
        #expect(again.map(\.receiveCount) == [2, 2])
        #expect(again.map(\.firstReceived) == [start, start])
        #expect(queue.counts == (visible: 0, inFlight: 2, delayed: 0))
    }

    @Test("A visibility timeout of zero leaves the message visible, though not twice in one answer")
    func zeroVisibility() {
        var queue = queue(1)
        #expect(queue.receive(most: 10, visibilityTimeout: 0, redrives: false, now: start).received.count == 1)
        #expect(queue.receive(most: 10, visibilityTimeout: 0, redrives: false, now: start).received.count == 1)
    }

    @Test("A delayed message is handed out when its delay is over")
    func delay() {
        var queue = queue()
        queue.add(message(1, hiddenFor: 5))
        #expect(queue.counts == (visible: 0, inFlight: 0, delayed: 1))
        #expect(queue.receive(most: 1, redrives: false, now: start + .milliseconds(4999)).received.isEmpty)
        #expect(queue.receive(most: 1, redrives: false, now: start + .seconds(5)).received.count == 1)
    }

    @Test("Only the latest receipt handle deletes")
    func deletion() throws {
        var queue = queue(1)
        let old = try #require(queue.receive(most: 1, redrives: false, now: start).received.first)
        let later = start + .seconds(30)
        let new = try #require(queue.receive(most: 1, redrives: false, now: later).received.first)
        let deletesByOld = queue.delete(handle(old))
        #expect(!deletesByOld)
        // The latest works even when the message is visible again.
        queue.advance(to: later + .seconds(30))
        let deletes = queue.delete(handle(new))
        #expect(deletes)
        #expect(queue.receive(most: 1, redrives: false, now: later + .seconds(60)).received.isEmpty)
    }

    @Test("A changed visibility counts from the change, and 12 hours from the receive are the end of it")
    func changedVisibility() throws {
        var queue = queue(1)
        let received = try #require(queue.receive(most: 1, redrives: false, now: start).received.first)
        _ = try queue.changeVisibility(handle(received), seconds: 100, now: start + .seconds(10))
        #expect(queue.receive(most: 1, redrives: false, now: start + .seconds(109)).received.isEmpty)
        let longest = try queue.changeVisibility(handle(received), seconds: 43_100, now: start + .seconds(100))
        #expect(longest.hiddenUntil == start + .seconds(43_200))
        #expect(throws: AWSError.self) {
            try queue.changeVisibility(handle(received), seconds: 43_101, now: start + .seconds(100))
        }
        _ = try queue.changeVisibility(handle(received), seconds: 0, now: start + .seconds(101))
        #expect(queue.receive(most: 2, redrives: false, now: start + .seconds(101)).received.count == 1)
        #expect(throws: AWSError.self) {
            try queue.changeVisibility(handle(received), seconds: 1, now: start + .seconds(101))
        }
    }

    @Test("A visible message that is hidden again is handed out once")
    func hiddenAgain() throws {
        var queue = queue(1)
        let received = try #require(queue.receive(most: 1, redrives: false, now: start).received.first)
        let later = start + .seconds(31)
        _ = try queue.changeVisibility(handle(received), seconds: 10, now: later)
        #expect(queue.receive(most: 2, redrives: false, now: later).received.isEmpty)
        #expect(queue.receive(most: 2, redrives: false, now: later + .seconds(10)).received.count == 1)
    }

    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
    @Test("A message that was received often enough goes to the dead-letter queue instead")
    func redrive() {
        var queue = queue(1) { $0.redrive = .init(target: "arn:aws:sqs:r:a:d", maximumReceives: 2) }
        var now = start
        for _ in 0..<2 {
            #expect(queue.receive(most: 1, redrives: true, now: now).received.count == 1)
            now = now + .seconds(30)
        }
        let last = queue.receive(most: 1, redrives: true, now: now)
        #expect(last.received.isEmpty)
        #expect(last.redriven.map(\.receiveCount) == [2])
        #expect(queue.messages.isEmpty)
    }

    @Test("Without a queue to go to, a message stays")
    func noTarget() {
        var queue = queue(1) { $0.redrive = .init(target: "arn:aws:sqs:r:a:d", maximumReceives: 1) }
        _ = queue.receive(most: 1, redrives: false, now: start)
        #expect(queue.receive(most: 1, redrives: false, now: start + .seconds(30)).received.count == 1)
    }

    @Test("What is older than the queue keeps is forgotten, wherever it is")
    func retention() {
        var queue = queue(2) { $0.retention = 60 }
        _ = queue.receive(most: 1, redrives: false, now: start)
        #expect(queue.expire(now: start + .seconds(60)).isEmpty)
        #expect(queue.expire(now: start + .milliseconds(60_001)) == [0, 1])
        #expect(queue.messages.isEmpty)
    }

    /// Every message that was sent is deleted, moved or still there, and nobody has one that somebody else has.
    @Test("10,000 random steps lose no message and hand none to two receivers", arguments: [1, 2, 3] as [UInt64])
    func simulation(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var queue = queue { $0.redrive = .init(target: "arn:aws:sqs:r:a:d", maximumReceives: 3) }
        var (now, sent, deleted, moved) = (start, 0, 0, 0)
        var held: [Int64: (message: QueuedMessage, until: Timestamp)] = [:]
        for step in 0..<10_000 {
            switch random.next() % 5 {
            case 0, 1:
                let delay = random.next() % 3 == 0 ? Int(random.next() % 20) + 1 : nil
                var new = message(Int64(step))
                new.sent = now
                new.hiddenUntil = delay.map { now + .seconds($0) }
                queue.add(new)
                sent += 1
            case 2:
                let taken = queue.receive(most: Int(random.next() % 10) + 1, redrives: true, now: now)
                moved += taken.redriven.count
                for message in taken.received {
                    if let holder = held[message.sequence] { #expect(holder.until <= now, "seed \(seed)") }
                    held[message.sequence] = (message, now + .seconds(30))
                }
            case 3:
                guard let some = held.keys.sorted().first, let (message, _) = held.removeValue(forKey: some) else {
                    continue
                }
                if queue.delete(handle(message)) { deleted += 1 }
            default: now = now + .milliseconds(Int64(random.next() % 10_000))
            }
            #expect(sent == deleted + moved + queue.messages.count, "seed \(seed)")
        }
        let counts = queue.counts
        #expect(counts.visible + counts.inFlight + counts.delayed == queue.messages.count)
    }
}
