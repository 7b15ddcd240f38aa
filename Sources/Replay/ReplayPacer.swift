// SPDX-License-Identifier: Apache-2.0
public import ServiceProtocols

/// When events are run again.
public enum ReplayPacing: Sendable, Equatable {
    /// Each as soon as there is a place for it.
    case immediate
    /// So many a second, evenly.
    case rate(Double)
    /// As far apart as they were.
    case original
}

/// Decides when the next event is to begin; pure.
///
/// Moments are those of one clock, which the caller reads.
public struct ReplayPacer: Sendable {
    /// What is to be done about the next event.
    public enum Step: Sendable, Equatable {
        /// It begins now, and has a place from now on.
        case begin
        /// Nothing, until that moment.
        case wait(until: Timestamp)
        /// Nothing, until an event has ended.
        case full
    }

    /// The most events a second that can be asked for.
    public static let greatestRate = 1_000_000.0

    private let pacing: ReplayPacing
    private let places: Int
    private let start: Timestamp
    private var taken = 0
    private var begun = 0
    /// When the first event with a time was recorded.
    private var first: Timestamp?
    /// When the latest event began, or should have: none begins before its predecessor.
    private var latest: Timestamp

    /// - Parameters:
    ///   - places: how many events may run at once; at least one.
    ///   - start: when the first one may begin.
    public init(_ pacing: ReplayPacing, places: Int, start: Timestamp) {
        self.pacing = pacing
        self.places = max(1, places)
        self.start = start
        latest = start
    }

    /// - Parameter time: when the next event was recorded; nil for an event that follows its predecessor at once.
    public mutating func next(recorded time: Timestamp?, now: Timestamp) -> Step {
        guard taken < places else { return .full }
        let due = due(time)
        guard due <= now else { return .wait(until: due) }
        taken += 1
        begun += 1
        latest = due
        return .begin
    }

    /// An event has given its place free.
    public mutating func ended() {
        taken -= 1
    }

    private mutating func due(_ time: Timestamp?) -> Timestamp {
        switch pacing {
        case .immediate: return start
        case .rate(let rate):
            guard rate.isFinite, rate > 0 else { return start }
            return start + .milliseconds(Int64(min(Double(begun) * 1000 / rate, 1e15)))
        case .original:
            guard let time else { return latest }
            let first = first ?? time
            self.first = first
            return max(latest, start + (time - first))
        }
    }
}
