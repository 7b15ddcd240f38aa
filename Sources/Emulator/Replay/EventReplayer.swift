// SPDX-License-Identifier: Apache-2.0
import EventLoop
import Replay
import ServiceProtocols

/// Runs events again in this emulator, and hands out what became of each.
actor EventReplayer {
    private let events: EventRun
    private let loop: EventLoop
    private let clock: any EmulatorClock
    private var pacer: ReplayPacer
    private var placeWaiter: CheckedContinuation<Void, Never>?
    /// The request ids of what is watched.
    private var watched: Set<String> = []
    private var isStopped = false

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(_ events: EventRun, loop: EventLoop) {
        self.events = events
        self.loop = loop
        clock = events.environment.clock
        let options = events.plan.options
        pacer = ReplayPacer(options.pacing, places: options.places, start: clock.now)
    }

    /// Runs events until there are no more, or until it is stopped; returns when all have ended.
    ///
    /// - Parameters:
    ///   - next: the next event; nil when there are no more.
    ///   - report: is told what became of each, in the order in which they end.
    /// - Throws: what `next` throws, once all that were begun have ended.
    func run(
        _ next: @Sendable () async throws -> ReplayEvent?, report: @escaping @Sendable (ReplayResult) async -> Void
    ) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            while !isStopped, let event = try await next() {
                guard await hasPlace(for: event) else { break }
                group.addTask { await report(await self.result(of: event)) }
            }
        }
    }

    /// Begins no further event, and follows none any longer.
    func stop() {
        isStopped = true
        watched.forEach(events.watcher.release)
        placeWaiter?.resume()
        placeWaiter = nil
    }

    // MARK: Places

    /// Waits until an event may begin; false when none shall begin any more.
    private func hasPlace(for event: ReplayEvent) async -> Bool {
        while !isStopped {
            switch pacer.next(recorded: event.time, now: clock.now) {
            case .begin: return true
            case .wait(let moment): try? await clock.sleep(until: moment)
            case .full: await waitForPlace()
            }
        }
        return false
    }

    private func waitForPlace() async {
        await withCheckedContinuation { continuation in
            if isStopped { continuation.resume() } else { placeWaiter = continuation }
        }
    }

    private func giveUpPlace() {
        pacer.ended()
        placeWaiter?.resume()
        placeWaiter = nil
    }

    private func result(of event: ReplayEvent) async -> ReplayResult {
        let id = events.environment.makeID()
        watched.insert(id)
        defer { watched.remove(id) }
        return await events.result(of: event, requestID: id) { self.giveUpPlace() }
    }
}
