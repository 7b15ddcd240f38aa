// SPDX-License-Identifier: Apache-2.0

/// When what has changed is looked at: when nothing has happened to it for a moment, or something for too long, and
/// again while it is half-written.
///
/// Pure.
struct ChangeSettling<Subject: Hashable> {
    /// How long it has to be quiet.
    let quiet: Duration
    /// How long it is waited for that at most.
    let patience: Duration
    /// How long it is from one look at something half-written to the next.
    let pause: Duration
    private var due: [Subject: ContinuousClock.Instant] = [:]
    private var latest: [Subject: ContinuousClock.Instant] = [:]

    init(
        quiet: Duration = .milliseconds(60), patience: Duration = .milliseconds(600),
        pause: Duration = .milliseconds(40)
    ) {
        (self.quiet, self.patience, self.pause) = (quiet, patience, pause)
    }

    /// When something is due next; nil while nothing has changed.
    var next: ContinuousClock.Instant? { due.values.min() }

    /// Something happened to a subject.
    mutating func changed(_ subject: Subject, at now: ContinuousClock.Instant) {
        let limit = latest[subject] ?? now + patience
        latest[subject] = limit
        due[subject] = min(now + quiet, limit)
    }

    /// A subject was looked at and is half-written.
    mutating func isIncomplete(_ subject: Subject, at now: ContinuousClock.Instant) {
        due[subject] = max(due[subject] ?? now, now + pause)
    }

    /// Takes the subjects that are due.
    mutating func take(at now: ContinuousClock.Instant) -> [Subject] {
        let taken = due.filter { $0.value <= now }.map(\.key)
        for subject in taken { (due[subject], latest[subject]) = (nil, nil) }
        return taken
    }
}
