// SPDX-License-Identifier: Apache-2.0

/// Keeps what happens in the emulator: what services know of the journal.
///
/// A service asks ``ServiceEnvironment/mark(_:)`` for a place when something begins, runs what that causes under
/// ``Cause/with(_:_:)``, and appends the record when it is over. Without a journal all of that costs a comparison with
/// nil.
public protocol Journaling: Sendable {
    /// Gives the next number out, so that what a record causes can name it before it is written.
    func nextID() -> RecordID

    /// Takes a record; it is written soon, off the caller's thread.
    func append(_ record: JournalRecord)
}

/// What the present task works for.
public enum Cause {
    /// The record whose consequence it is; nil for what comes from outside, and without a journal.
    @TaskLocal public static var current: RecordID?

    /// Runs a body, and what it starts, as the consequence of a record.
    public static func with<Result>(
        _ record: RecordID?, isolation: isolated (any Actor)? = #isolation, _ body: () async -> Result
    ) async -> Result {
        guard record != current else { return await body() }
        return await $current.withValue(record, operation: body, isolation: isolation)
    }
}

/// The place of something that has begun: what its record has before it is over.
public struct JournalMark: Sendable, Equatable {
    /// The record's number.
    public var id: RecordID
    /// What caused it.
    public var cause: RecordID?
    /// The service that it came from.
    public var source: String
    /// When it began.
    public var time: Timestamp

    /// A mark from its parts.
    public init(id: RecordID, cause: RecordID?, source: String, time: Timestamp) {
        self.id = id
        self.cause = cause
        self.source = source
        self.time = time
    }
}

extension JournalRecord {
    /// The record of what was marked when it began.
    public init(_ mark: JournalMark, kind: Kind, outcome: Outcome = .succeeded) {
        self.init(
            id: mark.id, time: mark.time, kind: kind, cause: mark.cause, source: mark.source, outcome: outcome)
    }
}

extension ServiceEnvironment {
    /// The place of something that begins now, because of ``Cause/current``; nil without a journal.
    ///
    /// - Parameter source: see ``JournalRecord/source``.
    public func mark(_ source: @autoclosure () -> String) -> JournalMark? {
        guard let journal else { return nil }
        return JournalMark(id: journal.nextID(), cause: Cause.current, source: source(), time: clock.now)
    }
}

extension ServiceCaller {
    /// The service as the journal calls it: `s3` of `s3.amazonaws.com`.
    public var service: String { String(principal.prefix { $0 != "." }) }
}
