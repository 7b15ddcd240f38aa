// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import EmulatedTime
import LambdaService
import Randomness
import ServiceProtocols

/// What surrounds a simulated emulator: functions, clients and faults, all from one seed, and what must be true of it.
///
/// It knows the documented rules by itself and keeps its own account of each event.
///
/// Safety: `@unchecked Sendable` because it is used on the simulation's loop alone.
final class World: @unchecked Sendable {
    struct Function {
        let name: String
        let retries: Int
        /// In seconds.
        let age: Int
    }

    /// What a client does.
    struct Call {
        enum Way {
            case event(Int), request(Int), object, message(kind: String)

            /// As it is in the trace.
            var text: String {
                switch self {
                case .event(let function): "event(\(function))"
                case .request(let function): "request(\(function))"
                case .object: "object"
                case .message(let kind): "message(kind: \"\(kind)\")"
                }
            }
        }

        let number: Int
        let way: Way

        /// The functions that get an event of it.
        var functions: [Int] {
            switch way {
            case .event(let function): [function]
            case .request: []
            case .object: [World.fromBucket]
            case .message(let kind): kind == "a" ? [World.fromTopicFiltered, World.fromTopic] : [World.fromTopic]
            }
        }
    }

    /// An event that was sent and has not come to its end, by its ``key``.
    struct Sent {
        let at: Timestamp
        let isMessage: Bool
        var isTaken = false
        /// The request id that Lambda gave it.
        var requestID: String?
    }

    /// An event in Lambda's queue, as its history must be.
    struct Event {
        let key: Int
        let function: Int
        /// Nil when it is not known to the millisecond.
        let accepted: Timestamp?
        var errors = 0
        var rejections = 0
        /// Before then it may not be attempted.
        var due: Timestamp
        var isWaiting = false
        /// The end that it must come to, and when that was decided.
        var end: (condition: String, at: Timestamp)?
        var changed: Timestamp
        /// Whether the emulator ended while it was in work: what was stored of it is not known.
        var isLoose = false
    }

    struct Environment {
        let function: Int
        var requestID: String?
    }

    struct WriteFailed: Error {}

    static let start = Timestamp(milliseconds: 1_800_000_000_000)
    static let environments = 24
    /// Of the outcomes' queue, in seconds.
    static let visibility = 30
    static let concurrency = 1000
    static let functions = [
        Function(name: "plain", retries: 2, age: 21_600), Function(name: "hasty", retries: 2, age: 90),
        Function(name: "once", retries: 0, age: 21_600), Function(name: "of-bucket", retries: 2, age: 21_600),
        Function(name: "of-topic-filtered", retries: 2, age: 21_600),
        Function(name: "of-topic", retries: 1, age: 3600),
    ]
    static let (fromBucket, fromTopicFiltered, fromTopic) = (3, 4, 5)

    let simulation: Simulation
    let clock: EmulatedClock
    private var bits: RandomBits
    private(set) var life = 0
    private var isStarting = true
    /// The emulator has ended without a word: what its tasks still do, nobody is told of.
    private(set) var isOver = false
    private var sentCount = 0
    private var lastProgress = World.start
    /// When this life began; what was due before is late.
    private(set) var lifeStart = World.start
    var sent: [Int: Sent] = [:]
    var events: [String: Event] = [:]
    /// The keys that have come to an end, one bit each.
    var done: [UInt64]
    /// The keys that may be done twice, since the emulator ended while they were in work.
    var doubtful: Set<Int> = []
    /// Objects that were put, by their events' keys, and when.
    private var objects: [(key: Int, at: Timestamp)] = []
    /// Events whose outcomes were received of late, by their keys, and when.
    private var ended: ArraySlice<(key: Int, at: Timestamp)> = []
    /// The messages that were received and not deleted, and until when they are hidden.
    var hidden: [String: Timestamp] = [:]
    var reserved: [Int?] = functions.map { _ in nil }
    var reservedAt: [Timestamp] = functions.map { _ in start }
    var environments: [Int: Environment] = [:]
    /// Accepted and not finished, by function.
    var inWork: [Int] = functions.map { _ in 0 }
    var lastFailure = Timestamp(milliseconds: 0)
    private var nextFailures = World.start + .seconds(5)
    var outcome = Simulation.Outcome()

    init(simulation: Simulation, clock: EmulatedClock) {
        self.simulation = simulation
        self.clock = clock
        bits = RandomBits(seed: simulation.seed)
        done = Array(repeating: 0, count: simulation.events / 8 + 1)
        outcome.trace = 0xcbf2_9ce4_8422_2325
    }

    var now: Timestamp { clock.now }

    func number() -> UInt64 { bits.next() }

    func random(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &bits) }

    func problem(_ text: String) {
        guard outcome.problems.count < 100 else { return }
        outcome.problems.append("\(now.milliseconds - World.start.milliseconds) ms, life \(life): \(text)")
    }

    /// Adds to the trace.
    func note(_ kind: UInt64, _ text: String = "", _ number: Int = 0) {
        func add(_ word: UInt64) { outcome.trace = (outcome.trace ^ word) &* 0x100_0000_01b3 }
        add(kind)
        add(UInt64(bitPattern: now.milliseconds))
        add(UInt64(bitPattern: Int64(number)))
        for byte in text.utf8 { add(UInt64(byte)) }
    }

    // MARK: Keys

    /// An event by the number of its call and its function.
    static func key(_ number: Int, _ function: Int) -> Int { number * 8 + function }

    /// What is found again in whatever a service makes of it.
    static func mark(_ number: Int) -> String { "qqq\(number)qqq" }

    /// The number in a payload.
    ///
    /// The whole ``mark(_:)`` counts: among millions of random ids, one has the beginning of it.
    static func number(in payload: Bytes) -> Int? {
        payload.withUnsafeBytes { bytes in
            let q = UInt8(ascii: "q")
            var index = 0
            while index + 3 < bytes.count {
                guard bytes[index] == q, bytes[index + 1] == q, bytes[index + 2] == q else {
                    index += 1
                    continue
                }
                var (digit, number) = (index + 3, 0)
                while digit < bytes.count, (48...57).contains(bytes[digit]) {
                    number = number &* 10 &+ Int(bytes[digit] - 48)
                    digit += 1
                }
                if digit > index + 3, digit + 2 < bytes.count, bytes[digit..<(digit + 3)].allSatisfy({ $0 == q }) {
                    return number
                }
                index += 1
            }
            return nil
        }
    }

    func isDone(_ key: Int) -> Bool { done[key >> 6] & (1 << UInt64(key & 63)) != 0 }

    // MARK: Calls

    var hasMore: Bool { sentCount < simulation.events }

    /// Whether each event has come to its end, or one never does.
    var isDone: Bool {
        guard !hasMore, !sent.isEmpty else { return !hasMore }
        guard now - lastProgress > .seconds(200_000) else { return false }
        problem("\(sent.count) events never came to an end, \(sent.keys.min() ?? 0) first")
        return true
    }

    func nextCall() -> Call {
        let ways = random(0...999)
        let way: Call.Way =
            switch ways {
            case ..<900: .event(random(0...2))
            case ..<950: .request(random(0...2))
            case ..<980: .object
            default: .message(kind: random(0...1) == 0 ? "a" : "b")
            }
        let call = Call(number: sentCount, way: way)
        let isMessage = if case .message = way { true } else { false }
        for function in call.functions {
            sent[World.key(call.number, function)] = Sent(at: now, isMessage: isMessage)
        }
        if case .object = way { objects.append((World.key(call.number, World.fromBucket), now)) }
        sentCount += 1
        lastProgress = now
        note(1, way.text, call.number)
        if sentCount % max(1, simulation.events / 100) == 0 { simulation.progress(sentCount) }
        return call
    }

    /// A call was answered well: what it sent is not lost any more.
    func taken(_ call: Call) {
        for function in call.functions { sent[World.key(call.number, function)]?.isTaken = true }
    }

    /// A call was answered with an error, or the emulator ended before it could answer.
    func refused(_ call: Call, _ error: ServiceError) {
        for function in call.functions {
            guard let left = sent.removeValue(forKey: World.key(call.number, function)) else { continue }
            if left.requestID != nil { problem("call \(call.number) was refused and done") }
            if now - lastFailure > .seconds(5) { problem("call \(call.number) was refused: \(error.code)") }
        }
    }

    func reserved(_ count: Int?, for function: Int) {
        reserved[function] = count
        reservedAt[function] = now
        note(2, "\(count ?? -1)", function)
    }

    /// The outcome of an event was received.
    func progressed(_ key: Int) {
        lastProgress = now
        ended.append((key, now))
        while let first = ended.first, now - first.at > .seconds(20) { ended.removeFirst() }
    }

    // MARK: Lives and faults

    /// The emulator starts.
    ///
    /// - Returns: the number of this life.
    func beginLife() -> Int {
        isStarting = true
        isOver = false
        life += 1
        lifeStart = now
        environments = [:]
        inWork = World.functions.map { _ in 0 }
        reservedAt = World.functions.map { _ in now }
        return life
    }

    func lifeBegan() { isStarting = false }

    /// Whatever still runs of the life has no effect any more.
    func endLife() { life += 1 }

    /// A write of one life is about to be made, or was committed.
    func pass(isCommitted: Bool, life: Int) async throws {
        guard life == self.life else { throw CancellationError() }
        guard !isStarting else { return }
        if isCommitted {
            guard hasMore, random(1...simulation.writesPerCrash) == 1 else { return }
            crash()
            throw CancellationError()
        }
        // Others come first, or not.
        for _ in 0..<random(0...2) { await Task.yield() }
        guard life == self.life else { throw CancellationError() }
        guard isFailing, random(0...2) == 0 else { return }
        lastFailure = now
        outcome.failedWrites += 1
        note(3)
        throw WriteFailed()
    }

    /// Now and then, for three seconds, writes fail.
    private var isFailing: Bool {
        if now > nextFailures + .seconds(3) { nextFailures = now + .seconds(random(60...180)) }
        return now >= nextFailures
    }

    /// The emulator ends without a word.
    private func crash() {
        life += 1
        isOver = true
        outcome.crashes += 1
        note(4)
        let isRecent = { (moment: Timestamp) in
            moment == self.now || (self.now - self.lastFailure < .seconds(10) && self.now - moment < .seconds(20))
        }
        for (id, event) in events where !event.isWaiting || isRecent(event.changed) {
            events[id]?.isLoose = true
            doubtful.insert(event.key)
        }
        // Nor may Lambda have stored yet that an outcome was taken, which others have received already.
        for (key, at) in ended where isRecent(at) { doubtful.insert(key) }
        // S3 may not have stored yet that it was delivered, the longer the more writes have failed.
        for (key, at) in objects.reversed() {
            guard now - at < .seconds(60) else { break }
            doubtful.insert(key)
        }
        for (key, left) in sent where left.requestID == nil || !left.isTaken {
            doubtful.insert(key)
            // Who was not answered does not know; SNS keeps its retries in memory.
            if !left.isTaken || left.isMessage { sent[key] = nil }
        }
    }

    func conclude() {
        outcome.milliseconds = now.milliseconds - World.start.milliseconds
        note(5)
    }
}
