// SPDX-License-Identifier: Apache-2.0
import GRDB
import Locks

/// Collects writes and commits them in groups.
///
/// A write that finds the queue idle starts a round on the database's own thread. A round takes everything that waits,
/// runs it in one transaction, commits, and only then resumes the writers; it goes on while more has arrived.
final class WriteQueue: Sendable {
    private struct Inbox {
        var waiting: [PendingWrite] = []
        var isRunning = false
    }

    /// More than this many writes are not put into one transaction, so that the first do not wait long for the last.
    private static let largestGroup = 512

    private let database: any DatabaseWriter
    /// Writers append on their threads, rounds take on the database's thread.
    private let inbox = Locked(Inbox())

    init(database: any DatabaseWriter) {
        self.database = database
    }

    func perform<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            enqueue(PendingWrite(body, continuation))
        }
    }

    private func enqueue(_ write: PendingWrite) {
        let isIdle = inbox.withLock { inbox in
            inbox.waiting.append(write)
            defer { inbox.isRunning = true }
            return !inbox.isRunning
        }
        guard isIdle else { return }
        database.asyncWriteWithoutTransaction { db in self.runRounds(db) }
    }

    private func runRounds(_ db: Database) {
        while let group = nextGroup() {
            GroupCommit(db: db).run(group)
        }
    }

    private func nextGroup() -> [PendingWrite]? {
        inbox.withLock { inbox in
            guard !inbox.waiting.isEmpty else {
                inbox.isRunning = false
                return nil
            }
            guard inbox.waiting.count > Self.largestGroup else {
                defer { inbox.waiting = [] }
                return inbox.waiting
            }
            defer { inbox.waiting.removeFirst(Self.largestGroup) }
            return Array(inbox.waiting.prefix(Self.largestGroup))
        }
    }
}

/// A write that waits for its turn.
struct PendingWrite: Sendable {
    /// A write that has run and waits for the commit.
    struct Finished: Sendable {
        /// What the body threw; nil when it is to be committed.
        let failure: (any Error)?
        /// Resumes the writer: with its own outcome, or with the error that the commit met.
        let resume: @Sendable (_ commitFailure: (any Error)?) -> Void
    }

    let run: @Sendable (Database) -> Finished
    let fail: @Sendable (any Error) -> Void

    init<T: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> T, _ continuation: CheckedContinuation<T, any Error>
    ) {
        fail = { continuation.resume(throwing: $0) }
        run = { db in
            let outcome: Result<T, any Error> = Result { try body(db) }
            var failure: (any Error)?
            if case .failure(let error) = outcome { failure = error }
            return Finished(failure: failure) { commitFailure in
                if let commitFailure {
                    continuation.resume(throwing: commitFailure)
                } else {
                    continuation.resume(with: outcome)
                }
            }
        }
    }
}
