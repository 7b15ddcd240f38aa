// SPDX-License-Identifier: Apache-2.0

/// Whether a model's process runs and is ready, and when it is started again.
///
/// Pure.
struct ModelLifecycle: Sendable {
    enum Event: Sendable, Equatable {
        /// Somebody wants the model, now or as soon as it can be had.
        case wanted
        /// A ping was answered.
        case ready
        /// The process is gone, or could not be started.
        case ended(String)
        case delayEnded
        case stop
    }

    enum Action: Sendable, Equatable {
        case start
        /// Start again after this delay: tell ``Event/delayEnded`` then.
        case delay(Duration)
        case admitWaiting
        /// Tell those who wait that the model cannot be had.
        case refuseWaiting(String)
        case terminate
    }

    private enum State: Sendable, Equatable {
        case idle
        case starting
        case ready
        case delaying
        case stopped
    }

    /// After so many vain starts in a row nobody is kept waiting; starting goes on all the same.
    private static let patience = 3
    private static let firstDelay = Duration.milliseconds(100)
    private static let longestDelay = Duration.seconds(10)

    private var state = State.idle
    /// How often it ended since it was ready last.
    private var failures = 0
    private var lastReason = ""

    var isReady: Bool { state == .ready }

    /// Whether the end of the process is what was asked for.
    var isStopping: Bool { state == .stopped }

    /// Why nobody should wait for the model now; nil when waiting may help.
    var hopeless: String? {
        switch state {
        case .stopped: "the endpoint is stopped"
        case .delaying where failures >= Self.patience: lastReason
        default: nil
        }
    }

    mutating func handle(_ event: Event) -> [Action] {
        switch (state, event) {
        case (.idle, .wanted), (.delaying, .delayEnded):
            state = .starting
            return [.start]
        case (.starting, .ready):
            state = .ready
            return [.admitWaiting]
        case (.starting, .ended(let reason)), (.ready, .ended(let reason)):
            return ended(reason)
        case (.stopped, _): return []
        case (_, .stop):
            let wasRunning = state == .starting || state == .ready
            state = .stopped
            return (wasRunning ? [.terminate] : []) + [.refuseWaiting("the endpoint is stopped")]
        default: return []
        }
    }

    private mutating func ended(_ reason: String) -> [Action] {
        failures = state == .ready ? 1 : failures + 1
        lastReason = reason
        state = .delaying
        let delay = min(Self.firstDelay * (1 << min(failures - 1, 10)), Self.longestDelay)
        return (failures >= Self.patience ? [.refuseWaiting(reason)] : []) + [.delay(delay)]
    }
}
