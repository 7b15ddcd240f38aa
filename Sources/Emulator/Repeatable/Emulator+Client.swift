// SPDX-License-Identifier: Apache-2.0
import EmulatedTime

/// What a client does that runs in the emulator's process, and whose steps belong to a run that is the same again.
extension Emulator {
    /// Whether the run is to be the same again; then nothing goes on while the client acts, but for what it asks.
    public var isRepeatable: Bool { clock.turns != nil }

    /// The client begins to act, one request at a time, or has done all it wanted.
    public func clientActs(_ acts: Bool) async { await clock.clientActs(acts) }

    /// Waits, in emulated time, while the emulator goes on.
    ///
    /// - Throws: `CancellationError` when the emulator ends before.
    public func pauseClient(for duration: Duration) async throws { try await clock.pauseClient(for: duration) }

    /// Whether nothing would happen if the client did nothing.
    public func isAtRest() async -> Bool {
        let agenda = await clock.agenda()
        return !agenda.isRunning && agenda.waiting == 0
    }

    /// Returns when nothing is left to be done.
    public func rest() async { await clock.move(.untilIdle()) }
}
