// SPDX-License-Identifier: Apache-2.0
import Buffers
import Foundation
import GRDB
public import ServiceProtocols
public import Store

/// The queue of asynchronous events in the emulator's database.
///
/// With an in-memory store it is as short-lived as that.
public final class SQLiteEventQueue: AsyncEventQueue {
    private let store: Store

    /// Brings the queue's table up to date.
    ///
    /// Blocks: call it while the emulator starts.
    ///
    /// - Throws: ``StoreError``.
    public init(store: Store) throws {
        self.store = store
        try store.migrate("lambda-1") { db in
            try db.execute(
                sql: """
                    CREATE TABLE lambda_event (
                        sequence INTEGER PRIMARY KEY,
                        id TEXT NOT NULL UNIQUE,
                        function TEXT NOT NULL,
                        qualifier TEXT,
                        payload BLOB NOT NULL,
                        trace TEXT NOT NULL,
                        accepted INTEGER NOT NULL,
                        errors INTEGER NOT NULL,
                        rejections INTEGER NOT NULL,
                        due INTEGER NOT NULL,
                        leased INTEGER NOT NULL
                    );
                    CREATE INDEX lambda_event_due ON lambda_event (due, sequence) WHERE leased = 0;
                    """)
        }
        try store.migrate("lambda-event-1") { db in
            try db.execute(sql: "ALTER TABLE lambda_event ADD COLUMN delivery TEXT")
        }
        try store.migrate("lambda-event-2") { db in
            try db.execute(sql: "ALTER TABLE lambda_event ADD COLUMN record INTEGER")
        }
    }

    /// Stores an event; see ``AsyncEventQueue``.
    public func append(_ event: AsyncEvent, leased: Bool) async throws {
        try await store.write { db in
            try db.run(
                """
                INSERT INTO lambda_event
                    (id, function, qualifier, payload, trace, accepted, errors, rejections, due, leased, record)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    event.id, event.function, event.qualifier, event.payload.withUnsafeBytes { Data($0) },
                    event.traceHeader,
                    event.accepted.milliseconds, event.history.functionErrors, event.history.rejections,
                    event.due.milliseconds, leased, event.record,
                ])
        }
    }

    /// Takes events that are due; see ``AsyncEventQueue``.
    public func leaseDue(at now: Timestamp, limit: Int) async throws -> [AsyncEvent] {
        try await store.write { db in
            let rows = try db.rows(
                """
                SELECT id, function, qualifier, payload, trace, accepted, errors, rejections, due, delivery, record,
                    sequence
                FROM lambda_event WHERE leased = 0 AND due <= ? ORDER BY due, sequence LIMIT ?
                """, [now.milliseconds, limit])
            let events = try rows.map(AsyncEvent.init(row:))
            for row in rows {
                let sequence: Int64 = row[11]
                try db.run("UPDATE lambda_event SET leased = 1 WHERE sequence = ?", [sequence])
            }
            return events
        }
    }

    /// Puts a leased event back; see ``AsyncEventQueue``.
    public func reschedule(_ event: AsyncEvent) async throws {
        let delivery = try event.delivery.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
        try await store.write { db in
            try db.run(
                "UPDATE lambda_event SET errors = ?, rejections = ?, due = ?, delivery = ?, leased = 0 WHERE id = ?",
                [
                    event.history.functionErrors, event.history.rejections, event.due.milliseconds, delivery, event.id,
                ])
        }
    }

    /// Forgets an event; see ``AsyncEventQueue``.
    public func complete(_ id: String) async throws {
        try await store.write { db in try db.run("DELETE FROM lambda_event WHERE id = ?", [id]) }
    }

    /// When the next event is due; see ``AsyncEventQueue``.
    public func nextDue() async throws -> Timestamp? {
        try await store.read { db in
            let row = try db.row("SELECT due FROM lambda_event WHERE leased = 0 ORDER BY due, sequence LIMIT 1")
            return row.map { Timestamp(milliseconds: $0[0]) }
        }
    }

    /// Gives every lease back; see ``AsyncEventQueue``.
    public func recover(at now: Timestamp) async throws {
        let latest = now + AsyncRetrySchedule.longestDelay
        try await store.write { db in
            try db.run("UPDATE lambda_event SET leased = 0 WHERE leased = 1")
            try db.run(
                "UPDATE lambda_event SET due = MIN(due, ?), accepted = MIN(accepted, ?)",
                [latest.milliseconds, now.milliseconds])
        }
    }
}

extension AsyncEvent {
    fileprivate init(row: Row) throws {
        let payload: Data = row[3]
        self.init(
            id: row[0], function: row[1], qualifier: row[2], payload: Bytes(payload), traceHeader: row[4],
            accepted: Timestamp(milliseconds: row[5]),
            history: AsyncRetrySchedule.History(functionErrors: row[6], rejections: row[7]),
            due: Timestamp(milliseconds: row[8]), delivery: try Self.delivery(row[9]), record: row[10])
    }

    private static func delivery(_ text: String?) throws -> PendingDelivery? {
        try text.map { try JSONDecoder().decode(PendingDelivery.self, from: Data($0.utf8)) }
    }
}
