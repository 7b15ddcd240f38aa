// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import EventLoop
import GRDB
import HTTPServer
import ServiceProtocols
import Store

/// An object that is about to be written.
struct NewObject: Sendable {
    var bucket: String
    var key: String
    var content: ReceivedBody.Content
    var size: Int
    var etag: String
    var attributes: ObjectAttributes
    var condition: WriteCondition = .none
    /// `ObjectCreated:Put` and the like.
    var event: String
    var origin: ChangeOrigin
    /// The multipart upload that ends with this object.
    var upload: String?
}

extension S3Service {
    /// Bodies up to this size are kept in memory until they are stored.
    private static let smallBody = 128 << 10
    /// How much of a longer one is hashed and written at once, off the loop.
    private static let batch = 512 << 10

    /// Takes a body in and checks it.
    ///
    /// A long one goes to a file as it comes.
    ///
    /// - Throws: S3's error for a body that is not what the head said, or did not come whole.
    func receive(_ body: any RequestBody, _ expectation: BodyExpectation) async throws -> ReceivedBody {
        var intake = BodyIntake(expectation)
        if let length = body.length, length <= Self.smallBody {
            let pieces = try intake.take(try await collect(body, length))
            return ReceivedBody(content: .memory(pieces), summary: try intake.finish())
        }
        let file = try await loop.offload { [files] in try files.temporary() }
        var pieces: [Bytes] = []
        var size = 0
        while let piece = try await next(body) {
            pieces.append(piece)
            size += piece.count
            guard size >= Self.batch else { continue }
            intake = try await append(pieces, to: file, intake)
            (pieces, size) = ([], 0)
        }
        intake = try await append(pieces, to: file, intake)
        return ReceivedBody(content: .file(file), summary: try intake.finish())
    }

    /// Stores an object with the events that it causes; returns when both are committed.
    ///
    /// - Returns: when it was modified.
    @discardableResult
    func write(_ new: NewObject) async throws -> Int64 {
        let bucket = try bucket(new.bucket)
        let now = environment.clock.now.milliseconds
        let record = ObjectRecord(
            size: new.size, etag: new.etag, modified: now, file: new.size == 0 ? "" : files.newName(),
            attributes: new.attributes)
        let change = ObjectChange(
            event: new.event, bucket: bucket, key: new.key, size: new.size, etag: new.etag, time: now,
            origin: new.origin, mark: environment.mark("s3"))
        let account = environment.account
        let outcome = try await store.write { [files] db in
            let current = try S3Tables.current(new.bucket, new.key, db)
            try new.condition.check(current?.etag, key: new.key)
            let parts = try new.upload.map { try S3Tables.removeUpload($0, db) } ?? []
            try S3Tables.put(record, new.bucket, new.key, db)
            let events = try change.store(account: account, db)
            if !record.file.isEmpty { try files.place(new.content, as: record.file) }
            return ChangeOutcome(
                unused: parts + (current.map { [$0.file] } ?? []), events: events,
                records: change.record.map { [$0] } ?? [])
        }
        await finish(outcome)
        return now
    }

    /// Does what follows from a change that is committed.
    func finish(_ outcome: ChangeOutcome) async {
        discard(outcome.unused)
        for record in outcome.records { environment.journal?.append(record) }
        if !outcome.events.isEmpty { await delivery.deliver(outcome.events) }
    }

    private func append(_ pieces: [Bytes], to file: TemporaryFile, _ intake: BodyIntake) async throws -> BodyIntake {
        guard !pieces.isEmpty else { return intake }
        return try await loop.offload {
            var intake = intake
            for piece in pieces {
                for data in try intake.take(piece) { try file.append(data) }
            }
            return intake
        }
    }

    private func collect(_ body: any RequestBody, _ length: Int) async throws(AWSError) -> Bytes {
        do {
            return try await body.collect(limit: length)
        } catch {
            throw S3Error.incompleteBody
        }
    }

    private func next(_ body: any RequestBody) async throws(AWSError) -> Bytes? {
        do {
            return try await body.next()
        } catch {
            throw S3Error.incompleteBody
        }
    }
}

/// What follows from a change once it is committed.
struct ChangeOutcome: Sendable {
    /// Files that nothing refers to any more.
    var unused: [String] = []
    var events: [PendingNotification] = []
    /// What the journal keeps of it; none without a journal.
    var records: [JournalRecord] = []
}

extension ObjectChange {
    /// Stores an event for each rule that asks for it, in the transaction of the change itself.
    func store(account: String, _ db: Database) throws -> [PendingNotification] {
        let rules = rules
        guard !rules.isEmpty else { return [] }
        let sequencer = try S3Tables.nextSequencer(now: time, db)
        return try rules.map { rule in
            let payload = try payload(rule: rule, sequencer: sequencer, account: account)
            let id = try S3Tables.insertEvent(
                bucket: bucket.name, function: rule.function, payload: payload, trace: origin.trace,
                cause: mark?.id, db)
            return PendingNotification(
                id: id, bucket: bucket.name, function: rule.function, payload: Bytes(payload),
                trace: origin.trace, cause: mark?.id)
        }
    }
}
