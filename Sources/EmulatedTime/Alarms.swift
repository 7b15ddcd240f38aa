// SPDX-License-Identifier: Apache-2.0
import EventLoop
import ServiceProtocols

/// Wakes those who sleep on a clock, and lets the clock jump when nothing runs.
///
/// One timer of the loop serves all of them.
actor Alarms {
    private struct Move {
        let move: ClockMove
        var progress: ClockMove.Progress?
        let continuation: CheckedContinuation<Void, Never>
    }

    nonisolated let loop: EventLoop
    private let reading: ClockReading
    private let speed: Int
    private let jumps: Bool
    private let turns: Turns?
    private var sleepers = Sleepers<CheckedContinuation<Void, any Error>>()
    private var timer: LoopTimer?
    /// When the timer fires; nil when it is not set.
    private var timerDue: Timestamp?
    private var surroundings: EmulatedClock.Surroundings?
    private var moves: [Move] = []
    private var isOver = false

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(loop: EventLoop, reading: ClockReading, speed: Int, jumps: Bool, turns: Turns?) {
        self.loop = loop
        self.reading = reading
        self.speed = speed
        self.jumps = jumps
        self.turns = turns
    }

    // MARK: Sleeping

    func sleep(_ id: Int, until deadline: Timestamp, isCaller: Bool) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            if Task.isCancelled || isOver {
                continuation.resume(throwing: CancellationError())
            } else if deadline <= reading.now {
                continuation.resume()
            } else {
                sleepers.add(continuation, id, until: deadline, isCaller: isCaller)
                setTimer()
            }
        }
    }

    func clientActs(_ acts: Bool) {
        turns?.clientActs(acts)
    }

    func pauseClient(_ id: Int, for duration: Duration) async throws {
        turns?.clientActs(false)
        defer { turns?.clientActs(true) }
        try await sleep(id, until: reading.now + duration, isCaller: false)
    }

    func cancel(_ id: Int) {
        sleepers.remove(id)?.resume(throwing: CancellationError())
    }

    /// - Returns: how many there were.
    @discardableResult
    private func wake() -> Int {
        let due = sleepers.due(at: reading.now)
        for continuation in due { continuation.resume() }
        return due.count
    }

    /// A clock that stands still needs no timer.
    private func setTimer() {
        guard !reading.isHeld, let next = sleepers.first() else { return }
        if let timerDue, timerDue <= next { return }
        if timer == nil { timer = try? LoopTimer(loop: loop) }
        timerDue = next
        timer?.start(after: max(.zero, next - reading.now) / speed) { self.assumeIsolated { $0.timerFired() } }
    }

    /// The timer counts another clock than the machine's wall clock: it may come a millisecond early.
    private func timerFired() {
        timerDue = nil
        guard !reading.isHeld else { return }
        wake()
        setTimer()
    }

    // MARK: Jumping

    func begin(_ surroundings: EmulatedClock.Surroundings) {
        self.surroundings = surroundings
        if jumps { watch() }
    }

    func move(_ move: ClockMove) async {
        guard surroundings != nil else { return }
        await withCheckedContinuation { continuation in
            moves.append(Move(move: move, continuation: continuation))
            watch()
        }
    }

    func skip(_ duration: Duration) {
        guard !isOver else { return }
        jump(to: reading.now + duration)
        release()
    }

    func agenda() -> EmulatedClock.Agenda {
        EmulatedClock.Agenda(
            waiting: sleepers.workCount, next: sleepers.first(),
            isRunning: surroundings?.isRunning() ?? false || turns?.hasWaiters ?? false)
    }

    func end() {
        isOver = true
        turns?.end()
        loop.onIdle(nil)
        surroundings = nil
        for continuation in sleepers.removeAll() { continuation.resume(throwing: CancellationError()) }
        for move in moves { move.continuation.resume() }
        moves = []
        timer?.close()
        timer = nil
        timerDue = nil
    }

    private func watch() {
        loop.onIdle { self.assumeIsolated { $0.loopIsIdle() } }
    }

    /// Nothing happens until somebody outside does something, or time goes on.
    private func loopIsIdle() {
        guard let surroundings, !surroundings.isStoring() else { return }
        if let turns {
            // What has come from outside is taken whoever runs there: he may wait for nothing else.
            if turns.admit() || turns.isClientRunning || surroundings.isRunning() || turns.grant() { return }
        } else if surroundings.isRunning() {
            return release()
        }
        if !moves.isEmpty {
            // Where nobody wakes, it goes on at once.
            while !moves.isEmpty, goOn() == 0 {}
        } else if jumps, sleepers.workCount > 0 || turns != nil, let next = sleepers.first() {
            jump(to: next)
        } else {
            release()
        }
    }

    /// Takes one step of the first move.
    ///
    /// - Returns: how many woke.
    private func goOn() -> Int {
        let now = reading.now
        var progress = moves[0].progress ?? ClockMove.Progress(moves[0].move, from: now)
        let step = progress.next(sleepers.first(), isWorkWaiting: sleepers.workCount > 0, now: now)
        moves[0].progress = progress
        switch step {
        case .jump(let moment): return jump(to: moment)
        case .finished:
            moves.removeFirst().continuation.resume()
            if moves.isEmpty, !jumps {
                release()
                loop.onIdle(nil)
            }
            return 1
        }
    }

    @discardableResult
    private func jump(to moment: Timestamp) -> Int {
        reading.hold(at: max(moment, reading.now))
        return wake()
    }

    private func release() {
        guard reading.isHeld, turns == nil else { return }
        reading.release()
        // It was set by the clock as it was.
        timerDue = nil
        setTimer()
    }
}
