// SPDX-License-Identifier: Apache-2.0
public import EventLoop
public import ServiceProtocols
import Synchronization

/// The emulator's clock: the machine's, one that runs faster, or one that jumps when nothing runs.
///
/// A clock that was moved ahead shortens what the emulator waits for (retries, expiry), and its timestamps are ahead
/// accordingly. What functions are given to run in is the machine's time all the same.
public final class EmulatedClock: EmulatorClock {
    /// How the clock goes by itself; every clock can also be moved by hand.
    public enum Pace: Sendable, Equatable, CustomStringConvertible {
        /// As the machine's does.
        case real
        /// So many times as fast, at least once.
        case scaled(Int)
        /// As the machine's while something runs; when nothing does, it goes to the next moment at which work is due.
        ///
        /// It stands still while the emulator itself works, so that what is due exactly a minute later is.
        case virtual

        /// As users write it: `real`, `scaled:60`, `virtual`.
        public var description: String {
            switch self {
            case .real: "real"
            case .scaled(let speed): "scaled:\(speed)"
            case .virtual: "virtual"
            }
        }
    }

    /// What a clock asks before it jumps; both are asked on the loop.
    public struct Surroundings: Sendable {
        /// Whether the emulator stores or reads something: that takes no emulated time.
        let isStoring: @Sendable () -> Bool
        /// Whether something runs that takes emulated time: function processes, models, requests that still arrive.
        let isRunning: @Sendable () -> Bool

        /// Neither waits for anything.
        public init(isStoring: @escaping @Sendable () -> Bool, isRunning: @escaping @Sendable () -> Bool) {
            self.isStoring = isStoring
            self.isRunning = isRunning
        }
    }

    /// How it goes by itself.
    public let pace: Pace
    /// Says whose turn it is outside of the emulator; nil where everybody goes on as it comes.
    public let turns: Turns?
    private let reading: ClockReading
    private let alarms: Alarms
    private let lastSleeper = Atomic<Int>(0)

    /// - Parameters:
    ///   - start: where a virtual clock stands until something runs; nil for the machine's present time.
    ///   - turns: with them a virtual clock stands still as long as it does not jump, and jumps when nobody waits.
    public init(loop: EventLoop, pace: Pace = .real, start: Timestamp? = nil, turns: Turns? = nil) {
        self.pace = pace
        self.turns = turns
        let speed = if case .scaled(let speed) = pace { speed } else { 1 }
        reading = ClockReading(speed: speed, heldAt: start, isShown: turns != nil)
        alarms = Alarms(loop: loop, reading: reading, speed: speed, jumps: pace == .virtual, turns: turns)
    }

    /// A file where other processes read the time of a clock with turns, as milliseconds since 1970 in eight bytes.
    public var sharedFile: String? { reading.page?.path }

    /// The machine's time, that of the clock's start and N times what has gone by since, or where it has jumped to.
    public var now: Timestamp { reading.now }

    /// The machine's time, however fast the clock runs.
    public var clientTime: Timestamp { Timestamp(milliseconds: ClockReading.machineTime) }

    /// Returns when the clock has reached `deadline`, at once for one that has passed.
    ///
    /// - Throws: `CancellationError` when the task is cancelled first.
    public func sleep(until deadline: Timestamp) async throws {
        try await wait(until: deadline, isCaller: false)
    }

    /// The same for a caller who only waits no longer than that.
    ///
    /// - Throws: `CancellationError` when the task is cancelled first.
    public func waitAsCaller(until deadline: Timestamp) async throws {
        try await wait(until: deadline, isCaller: true)
    }

    private func wait(until deadline: Timestamp, isCaller: Bool) async throws {
        guard deadline > now else { return }
        let id = lastSleeper.wrappingAdd(1, ordering: .relaxed).newValue
        try await withTaskCancellationHandler {
            try await alarms.sleep(id, until: deadline, isCaller: isCaller)
        } onCancel: { [alarms] in
            alarms.loop.spawn { await alarms.cancel(id) }
        }
    }

    // MARK: Jumping

    /// Lets the clock jump from now on: by itself when it is virtual, and when it is moved.
    public func begin(_ surroundings: Surroundings) async {
        await alarms.begin(surroundings)
    }

    /// Moves the clock, and returns when it has arrived and nothing runs any more, or when the clock ends.
    ///
    /// Moves are made one after the other.
    public func move(_ move: ClockMove) async {
        await alarms.move(move)
    }

    /// Goes forward at once, whatever runs: everything that would have become due meanwhile is due together.
    public func skip(_ duration: Duration) async {
        await alarms.skip(duration)
    }

    /// What waits for its time.
    public func agenda() async -> Agenda { await alarms.agenda() }

    /// What waits for its time, and what keeps a clock from jumping there.
    public struct Agenda: Sendable, Equatable {
        /// How much work waits for its time.
        public var waiting: Int
        /// When something is due next.
        public var next: Timestamp?
        /// Whether something runs that takes emulated time.
        public var isRunning: Bool
    }

    /// A client of this process begins to do something, or stops: with turns, nothing else goes on until it waits for
    /// an answer.
    public func clientActs(_ acts: Bool) async {
        await alarms.clientActs(acts)
    }

    /// Waits for so long on behalf of such a client, who does nothing meanwhile.
    ///
    /// - Throws: `CancellationError` when the clock ends before.
    public func pauseClient(for duration: Duration) async throws {
        let id = lastSleeper.wrappingAdd(1, ordering: .relaxed).newValue
        // A task of the loop's from the end of the pause to the note that the client acts again, wherever the client
        // runs: on the way by another thread, the clock would jump once more.
        try await Task(executorPreference: alarms.loop) { [alarms] in
            try await alarms.pauseClient(id, for: duration)
        }.value
    }

    /// Jumps no more, and lets go of what it was given.
    public func end() async {
        await alarms.end()
    }
}
