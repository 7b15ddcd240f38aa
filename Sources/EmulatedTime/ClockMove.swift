// SPDX-License-Identifier: Apache-2.0
import ServiceProtocols

/// How far a clock is moved by hand.
///
/// It never passes over anything: it goes from one moment at which something is due to the next, does what is due
/// there, and goes on when nothing runs any more.
public enum ClockMove: Sendable, Equatable {
    /// To the next moment at which something is due.
    case step
    /// By so much.
    case advance(Duration)
    /// Until no work waits for its time, or that time is further off than so much: a month, unless told otherwise.
    case untilIdle(within: Duration = .seconds(30 * 86_400))

    /// What is to be done when nothing runs.
    enum Step: Equatable {
        case jump(to: Timestamp)
        case finished
    }

    /// Decides about the next step of a move; pure.
    struct Progress {
        private let move: ClockMove
        private let limit: Timestamp
        private var hasJumped = false

        init(_ move: ClockMove, from now: Timestamp) {
            self.move = move
            switch move {
            case .step: limit = now
            case .advance(let duration), .untilIdle(let duration): limit = now + duration
            }
        }

        /// - Parameters:
        ///   - next: when something is due next.
        ///   - isWorkWaiting: whether work waits for its time, and not only callers for theirs.
        mutating func next(_ next: Timestamp?, isWorkWaiting: Bool, now: Timestamp) -> Step {
            switch move {
            case .step:
                guard !hasJumped, let next else { return .finished }
                hasJumped = true
                return .jump(to: next)
            case .advance:
                guard now < limit else { return .finished }
                return .jump(to: min(next ?? limit, limit))
            case .untilIdle:
                guard isWorkWaiting, let next, next <= limit else { return .finished }
                return .jump(to: next)
            }
        }
    }
}
