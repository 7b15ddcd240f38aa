// SPDX-License-Identifier: Apache-2.0
import Buffers
import GRDB
import GRDBSQLite
import ServiceProtocols

/// The statements that insert records.
///
/// They are bound by SQLite's own calls, so that bytes stay where they are until a statement has run.
struct ChunkInsertion {
    private let chunks: Statement
    private let links: Statement
    private let contents: Statement

    init(_ db: Database) throws {
        chunks = try db.cachedStatement(sql: "INSERT INTO chunk (id, records) VALUES (?, ?)")
        links = try db.cachedStatement(sql: "INSERT OR IGNORE INTO link (cause, id) VALUES (?, ?)")
        contents = try db.cachedStatement(sql: "INSERT OR REPLACE INTO content (id, payload, result) VALUES (?, ?, ?)")
    }

    /// Inserts records of one block.
    ///
    /// - Parameter id: the smallest of their numbers.
    func insert(_ id: RecordID, _ records: Bytes) throws {
        try run(chunks) { handle in
            sqlite3_bind_int64(handle, 1, id)
            return Self.bind(records, 2, handle) { sqlite3_step(handle) }
        }
    }

    /// Notes what a record was caused by.
    func link(_ entry: PackedRecords.Entry) throws {
        guard let cause = entry.cause else { return }
        try run(links) { handle in
            sqlite3_bind_int64(handle, 1, cause)
            sqlite3_bind_int64(handle, 2, entry.id)
            return sqlite3_step(handle)
        }
    }

    /// Inserts what lies apart.
    func insert(_ apart: PackedRecords.Apart) throws {
        try run(contents) { handle in
            sqlite3_bind_int64(handle, 1, apart.id)
            return Self.bind(apart.payload, 2, handle) {
                Self.bind(apart.result, 3, handle) { sqlite3_step(handle) }
            }
        }
    }

    private func run(_ statement: Statement, _ body: (OpaquePointer) -> Int32) throws {
        let handle = statement.sqliteStatement
        sqlite3_reset(handle)
        defer {
            sqlite3_reset(handle)
            sqlite3_clear_bindings(handle)
        }
        let code = body(handle)
        guard code == SQLITE_DONE else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
    }

    /// Nil is NULL.
    private static func bind(_ bytes: Bytes?, _ index: Int32, _ handle: OpaquePointer, _ body: () -> Int32) -> Int32 {
        guard let bytes else { return body() }
        return bytes.withUnsafeBytes { memory in
            sqlite3_bind_blob64(handle, index, memory.baseAddress, UInt64(memory.count), nil)
            return body()
        }
    }
}
