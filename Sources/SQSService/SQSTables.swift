// SPDX-License-Identifier: Apache-2.0
import Foundation
import GRDB
import ServiceProtocols
import Store

/// Queues and their messages in the emulator's database.
enum SQSTables {
    struct QueueRecord: Sendable {
        var number: Int64
        var name: String
        var attributes: QueueAttributes
        var created: Timestamp
        var modified: Timestamp
    }

    static func prepare(_ store: Store) throws {
        try store.migrate("sqs-1") { db in
            try db.execute(
                sql: """
                    CREATE TABLE sqs_queue (
                        number INTEGER PRIMARY KEY AUTOINCREMENT,
                        name TEXT NOT NULL UNIQUE,
                        attributes TEXT NOT NULL,
                        created INTEGER NOT NULL,
                        modified INTEGER NOT NULL
                    );
                    CREATE TABLE sqs_message (
                        sequence INTEGER PRIMARY KEY,
                        queue INTEGER NOT NULL REFERENCES sqs_queue (number) ON DELETE CASCADE,
                        id TEXT NOT NULL,
                        body TEXT NOT NULL,
                        attributes TEXT NOT NULL,
                        sender TEXT NOT NULL,
                        trace TEXT,
                        sent INTEGER NOT NULL,
                        receives INTEGER NOT NULL,
                        first_received INTEGER,
                        last_received INTEGER,
                        hidden_until INTEGER,
                        source TEXT
                    );
                    CREATE INDEX sqs_message_queue ON sqs_message (queue, sequence);
                    """)
        }
    }

    // MARK: Queues

    static func queues(_ db: Database) throws -> [QueueRecord] {
        try db.rows("SELECT number, name, attributes, created, modified FROM sqs_queue").map { row in
            let attributes: String = row[2]
            return QueueRecord(
                number: row[0], name: row[1],
                attributes: try JSONDecoder().decode(QueueAttributes.self, from: Data(attributes.utf8)),
                created: Timestamp(milliseconds: row[3]), modified: Timestamp(milliseconds: row[4]))
        }
    }

    /// - Returns: the number of the queue.
    static func insert(
        _ name: String, _ attributes: QueueAttributes, now: Timestamp, _ db: Database
    ) throws -> Int64 {
        try db.run(
            "INSERT INTO sqs_queue (name, attributes, created, modified) VALUES (?, ?, ?, ?)",
            [name, try text(attributes), now.milliseconds, now.milliseconds])
        return db.lastInsertedRowID
    }

    static func update(_ queue: Int64, _ attributes: QueueAttributes, now: Timestamp, _ db: Database) throws {
        try db.run(
            "UPDATE sqs_queue SET attributes = ?, modified = ? WHERE number = ?",
            [try text(attributes), now.milliseconds, queue])
    }

    static func deleteQueue(_ queue: Int64, _ db: Database) throws {
        try db.run("DELETE FROM sqs_queue WHERE number = ?", [queue])
    }

    // MARK: Messages

    static func messages(of queue: Int64, _ db: Database) throws -> [QueuedMessage] {
        try db.rows(
            """
            SELECT sequence, id, body, attributes, sender, trace, sent, receives, first_received, last_received,
                hidden_until, source
            FROM sqs_message WHERE queue = ? ORDER BY sequence
            """, [queue]
        ).map { row in
            let attributes: String = row[3]
            return QueuedMessage(
                sequence: row[0], id: row[1], body: row[2],
                attributes: try JSONDecoder().decode([MessageAttribute].self, from: Data(attributes.utf8)),
                sender: row[4], trace: row[5], sent: Timestamp(milliseconds: row[6]), receiveCount: row[7],
                firstReceived: Timestamp(row[8]), lastReceived: Timestamp(row[9]), hiddenUntil: Timestamp(row[10]),
                source: row[11])
        }
    }

    /// The sequence of the last message that is stored; 0 without any.
    static func lastSequence(_ db: Database) throws -> Int64 {
        try db.row("SELECT IFNULL(MAX(sequence), 0) FROM sqs_message")?[0] ?? 0
    }

    static func insert(_ message: QueuedMessage, into queue: Int64, _ db: Database) throws {
        try db.run(
            """
            INSERT INTO sqs_message (sequence, queue, id, body, attributes, sender, trace, sent, receives,
                first_received, last_received, hidden_until, source)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                message.sequence, queue, message.id, message.body,
                message.attributes.isEmpty ? "[]" : try text(message.attributes), message.sender,
                message.trace, message.sent.milliseconds, message.receiveCount, message.firstReceived?.milliseconds,
                message.lastReceived?.milliseconds, message.hiddenUntil?.milliseconds, message.source,
            ])
    }

    /// Keeps who received a message and until when it is hidden.
    static func update(_ message: QueuedMessage, _ db: Database) throws {
        try db.run(
            """
            UPDATE sqs_message SET receives = ?, first_received = ?, last_received = ?, hidden_until = ?
            WHERE sequence = ?
            """,
            [
                message.receiveCount, message.firstReceived?.milliseconds, message.lastReceived?.milliseconds,
                message.hiddenUntil?.milliseconds, message.sequence,
            ])
    }

    /// Moves a message to another queue, where it can be received at once.
    static func move(_ sequence: Int64, to queue: Int64, from source: String, _ db: Database) throws {
        try db.run(
            "UPDATE sqs_message SET queue = ?, source = ?, hidden_until = NULL WHERE sequence = ?",
            [queue, source, sequence])
    }

    static func delete(_ sequence: Int64, _ db: Database) throws {
        try db.run("DELETE FROM sqs_message WHERE sequence = ?", [sequence])
    }

    static func purge(_ queue: Int64, _ db: Database) throws {
        try db.run("DELETE FROM sqs_message WHERE queue = ?", [queue])
    }

    private static func text(_ value: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }
}

extension Timestamp {
    fileprivate init?(_ milliseconds: Int64?) {
        guard let milliseconds else { return nil }
        self.init(milliseconds: milliseconds)
    }
}
