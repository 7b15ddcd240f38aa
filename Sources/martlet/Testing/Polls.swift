// SPDX-License-Identifier: Apache-2.0
import Emulator
import EventLoop

/// Asks for something again and again, ever less often.
struct Polls: Sendable {
    let emulator: Emulator
    let loop: EventLoop

    /// Asks until the answer is yes; false when the time is up before.
    func poll(for seconds: Double, _ isDone: () async throws -> Bool) async throws -> Bool {
        var polling = Polling(self, for: seconds)
        while try await !isDone() {
            guard try await polling.pause() else { return false }
        }
        return true
    }
}

/// The pauses between two questions.
///
/// Where the run is to be the same again they go by the emulator's time, of which only that counts in which it has
/// nothing else to do: what waits for its time may yet bring the answer.
struct Polling {
    private let polls: Polls
    private let seconds: Double
    private let deadline: ContinuousClock.Instant
    private var length = Duration.milliseconds(1)
    private var waited = Duration.zero

    init(_ polls: Polls, for seconds: Double) {
        self.polls = polls
        self.seconds = seconds
        deadline = ContinuousClock.now + .seconds(seconds)
    }

    /// Waits; false, at once, when the time is up.
    mutating func pause() async throws -> Bool {
        guard polls.emulator.isRepeatable else {
            guard ContinuousClock.now < deadline else { return false }
            try await polls.loop.sleep(for: length)
            length = min(length * 2, .milliseconds(200))
            return true
        }
        if await polls.emulator.isAtRest() {
            guard waited < .seconds(seconds) else { return false }
            waited += length
        }
        try await polls.emulator.pauseClient(for: length)
        length = min(length * 2, .seconds(10))
        return true
    }
}
