// SPDX-License-Identifier: Apache-2.0
import Dispatch
import Locks
public import ServiceProtocols

/// The journal of a running emulator: takes records on the loop, and writes them on a thread of its own.
///
/// What is taken is written within ``delay``, all of it in one transaction; a process that is killed loses no more.
public final class EventJournal: Journaling, Sendable {
    /// How long records wait for others.
    static let delay = DispatchTimeInterval.milliseconds(20)
    /// How often the journal is looked at for what is too much, in batches.
    private static let trimInterval = 50

    private struct Inbox: ~Copyable {
        var next: RecordID
        var batch = JournalBatch()
        var budget = ContentBudget()
        var hasCut = false
        var feeds: [Int: AsyncStream<[JournalRecord]>.Continuation] = [:]
        var lastFeed = 0
        var isClosed = false
    }

    /// Confined to ``queue``.
    fileprivate struct Writing {
        var writer: JournalWriter
        var batches = 0
        var hasFailed = false
    }

    /// The database, for who reads.
    public let file: JournalFile
    private let settings: JournalSettings
    private let redaction: Redaction
    private let clock: any EmulatorClock
    /// Hears what nobody can be told.
    private let report: @Sendable (String) -> Void
    private let queue = DispatchQueue(label: "martlet.journal")
    /// The loop adds, the queue takes.
    private let inbox: Locked<Inbox>
    /// Only the queue has it; the lock says so to the compiler.
    private let writing: Locked<Writing>

    /// Begins a run.
    ///
    /// Blocks: call it while the emulator starts.
    ///
    /// - Throws: the database's error.
    public init(
        file: JournalFile, settings: JournalSettings, clock: any EmulatorClock,
        report: @escaping @Sendable (String) -> Void = { _ in }
    ) throws {
        self.file = file
        self.settings = settings
        self.clock = clock
        self.report = report
        redaction = Redaction(paths: settings.redactions, limit: settings.payload)
        inbox = Locked(Inbox(next: try file.beginRun()))
        writing = Locked(Writing(writer: JournalWriter(file: file)))
        if file.isBegunAnew {
            report("the journal of an older version of martlet cannot be read any more: a new one begins")
        }
    }

    // MARK: Taking

    /// Gives the next number out.
    public func nextID() -> RecordID {
        inbox.withLock { inbox in
            defer { inbox.next += 1 }
            return inbox.next
        }
    }

    /// Takes a record.
    public func append(_ record: JournalRecord) {
        if ContentBudget.isLarge(record) {
            appendLarge(record)
        } else {
            act(on: inbox.withLock { inbox in inbox.isClosed ? .none : inbox.batch.add(record) })
        }
    }

    private func appendLarge(_ record: JournalRecord) {
        let now = ContinuousClock.now
        let (step, isFirstCut) = inbox.withLock { [settings] inbox -> (JournalBatch.Step, Bool) in
            guard !inbox.isClosed else { return (.none, false) }
            var record = record
            let isWhole = inbox.budget.spend(on: &record, limit: settings.payload, at: now)
            defer { inbox.hasCut = inbox.hasCut || !isWhole }
            return (inbox.batch.add(record), !isWhole && !inbox.hasCut)
        }
        if isFirstCut {
            report(
                "large payloads come too fast for the journal: it keeps the first KiB of each until there are fewer")
        }
        act(on: step)
    }

    private func act(on step: JournalBatch.Step) {
        switch step {
        case .none: break
        case .writeSoon: queue.asyncAfter(deadline: .now() + Self.delay) { self.write() }
        case .writeNow: queue.async { self.write() }
        }
    }

    // MARK: Writing

    private func write() {
        var (records, dropped, feeds) = inbox.withLock { inbox in
            let batch = inbox.batch.take()
            return (batch.records, batch.dropped, Array(inbox.feeds.values))
        }
        if dropped > 0 { report("the journal could not keep up: \(dropped) records are not in it") }
        guard !records.entries.isEmpty else { return }
        if redaction.concerns(records) { records = records.mapped(redaction.apply) }
        let failure = writing.withLock { [records] writing in writing.write(records) }
        if let failure { report("records could not be written into the journal: \(failure)") }
        if !feeds.isEmpty {
            let written = records.records
            for feed in feeds { feed.yield(written) }
        }
        let isTime = writing.withLock { $0.batches % Self.trimInterval == 1 }
        if isTime { trim() }
    }

    /// Removes what is too much or too old.
    private func trim() {
        let now = clock.clientTime
        do {
            try file.noteArrivals(at: now)
            while try file.trim(to: settings.size, arrivedBefore: now + (.zero - settings.age)) {}
        } catch {
            report("the journal could not be trimmed: \(error)")
        }
    }

    /// Returns when what was taken before is written.
    public func flush() async {
        await withCheckedContinuation { continuation in
            queue.async {
                self.write()
                continuation.resume()
            }
        }
    }

    /// Writes what is there, takes nothing more, and closes the file.
    public func close() async {
        await withCheckedContinuation { continuation in
            queue.async {
                self.write()
                let feeds = self.inbox.withLock { inbox in
                    inbox.isClosed = true
                    defer { inbox.feeds = [:] }
                    return Array(inbox.feeds.values)
                }
                for feed in feeds { feed.finish() }
                _ = self.writing.withLock { writing in try? writing.writer.seal() }
                self.file.close()
                continuation.resume()
            }
        }
    }

    // MARK: Following

    /// What is written from now on, batch by batch, until the journal is closed.
    public func records() -> AsyncStream<[JournalRecord]> {
        let (stream, feed) = AsyncStream.makeStream(of: [JournalRecord].self, bufferingPolicy: .bufferingNewest(64))
        let number = inbox.withLock { inbox -> Int? in
            guard !inbox.isClosed else { return nil }
            inbox.lastFeed += 1
            inbox.feeds[inbox.lastFeed] = feed
            return inbox.lastFeed
        }
        guard let number else {
            feed.finish()
            return stream
        }
        feed.onTermination = { [weak self] _ in self?.inbox.withLock { inbox in inbox.feeds[number] = nil } }
        return stream
    }
}

extension EventJournal.Writing {
    /// - Returns: the error, the first time that it happens.
    fileprivate mutating func write(_ records: PackedRecords) -> (any Error)? {
        batches += 1
        do {
            try writer.write(records)
            hasFailed = false
            return nil
        } catch {
            defer { hasFailed = true }
            return hasFailed ? nil : error
        }
    }
}
