// SPDX-License-Identifier: Apache-2.0
import GRDB

/// Runs a group of writes in one transaction, each behind a savepoint of its own.
struct GroupCommit {
    let db: Database

    func run(_ group: [PendingWrite]) {
        var rest = group[...]
        while !rest.isEmpty {
            rest = runTransaction(rest)
        }
    }

    /// - Returns: the writes that are still to be run.
    private func runTransaction(_ writes: ArraySlice<PendingWrite>) -> ArraySlice<PendingWrite> {
        do {
            try db.run("BEGIN IMMEDIATE")
        } catch {
            for write in writes { write.fail(error) }
            return []
        }
        var finished: [PendingWrite.Finished] = []
        var rest = writes
        while let write = rest.popFirst() {
            let (outcome, lost) = runOne(write)
            if let lost {
                // SQLite gave the whole transaction up (disk full, say), and with it what ran before.
                abandonTransaction()
                outcome?.resume(outcome?.failure ?? lost)
                if outcome == nil { write.fail(lost) }
                for earlier in finished { earlier.resume(earlier.failure ?? lost) }
                return rest
            }
            if let outcome { finished.append(outcome) }
        }
        resume(finished, afterCommitError: commit())
        return []
    }

    /// - Returns: what became of the write, and the error that ended the whole transaction, if one did.
    private func runOne(_ write: PendingWrite) -> (PendingWrite.Finished?, lost: (any Error)?) {
        do {
            try db.run("SAVEPOINT one_write")
        } catch {
            return (nil, error)
        }
        let outcome = write.run(db)
        do {
            if let failure = outcome.failure {
                guard db.isInsideTransaction else { return (outcome, failure) }
                try db.run("ROLLBACK TO one_write")
            }
            try db.run("RELEASE one_write")
            return (outcome, nil)
        } catch {
            return (outcome, error)
        }
    }

    private func commit() -> (any Error)? {
        do {
            try db.run("COMMIT")
            return nil
        } catch {
            abandonTransaction()
            return error
        }
    }

    private func resume(_ finished: [PendingWrite.Finished], afterCommitError error: (any Error)?) {
        for write in finished {
            write.resume(write.failure == nil ? error : nil)
        }
    }

    private func abandonTransaction() {
        guard db.isInsideTransaction else { return }
        // It can only fail because SQLite has rolled back already, which is what is wanted.
        try? db.run("ROLLBACK")
    }
}
