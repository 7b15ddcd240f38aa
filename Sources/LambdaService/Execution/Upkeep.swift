// SPDX-License-Identifier: Apache-2.0

/// What is to be done about an environment as time passes, besides what its runtime does: its memory is looked at while
/// it works, it is frozen when it has been idle for a moment and ended when it has been for long.
///
/// Pure: the environment's condition goes in, the next task and when it is due come out.
struct Upkeep: Sendable {
    /// Nanoseconds from the start of an init or invocation, and from one look to the next.
    var surveyInterval: Int64 = 50_000_000
    /// Nanoseconds of idleness; nil for never.
    ///
    /// AWS freezes at once. Here a moment passes first, so that an environment that is used all the time is not stopped
    /// and continued for each event.
    var freezeAfter: Int64? = 100_000_000
    /// Nanoseconds of idleness; nil for never.
    ///
    /// AWS does not tell after how long it ends them.
    var idleLimit: Int64? = 600_000_000_000

    enum Condition: Equatable {
        /// An init or an invocation is under way.
        case working(since: MonotonicTime)
        /// One that `isKept` is not ended, however long it lasts.
        case idle(since: MonotonicTime, isFrozen: Bool, isKept: Bool)
        /// No process, or none that will be used again.
        case over
    }

    enum Task: Equatable {
        case survey, freeze, end
    }

    struct Due: Equatable {
        var task: Task
        var at: MonotonicTime
    }

    /// - Parameter lastSurvey: when memory was looked at last, of whichever environment.
    func next(_ condition: Condition, lastSurvey: MonotonicTime) -> Due? {
        switch condition {
        case .working(let since):
            return Due(task: .survey, at: max(since, lastSurvey) + surveyInterval)
        case .idle(let since, let isFrozen, let isKept):
            let freeze = isFrozen ? nil : freezeAfter.map { Due(task: .freeze, at: since + $0) }
            let end = isKept ? nil : idleLimit.map { Due(task: .end, at: since + $0) }
            guard let freeze, let end else { return freeze ?? end }
            return end.at <= freeze.at ? end : freeze
        case .over:
            return nil
        }
    }
}

extension RuntimeStateMachine {
    /// Since when an init or an invocation is under way; nil when none is.
    var workingSince: MonotonicTime? {
        switch state {
        case .initializing(let initialization), .reinitializing(let initialization, _): initialization.began
        case .running(let assignment), .responding(let assignment, _), .refused(let assignment),
            .answered(let assignment):
            assignment.began
        case .initFailed, .ready, .ended: nil
        }
    }
}
