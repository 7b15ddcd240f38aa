// SPDX-License-Identifier: Apache-2.0
import Buffers
import GRDB
import GRDBSQLite
import ServiceProtocols

/// The statement that inserts a record.
///
/// It is bound by SQLite's own calls: GRDB's arguments would cost more than the insertion itself.
struct RecordInsertion {
    private static let sql = """
        INSERT OR REPLACE INTO record VALUES
            (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """

    private let statement: Statement
    private let handle: OpaquePointer

    init(_ db: Database) throws {
        statement = try db.cachedStatement(sql: Self.sql)
        handle = statement.sqliteStatement
    }

    func insert(_ record: JournalRecord) throws {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
        bind(1, record.id)
        bind(2, record.time.milliseconds)
        bind(3, record.kind.rawValue)
        bind(4, record.cause)
        bind(5, record.source)
        bind(6, record.outcome.rawValue)
        bind(7, record.operation)
        bind(8, record.resource)
        bind(9, record.function)
        bind(10, record.qualifier)
        bind(11, record.version)
        bind(12, record.requestID)
        bind(13, record.attempt.map(Int64.init))
        bind(14, record.status.map(Int64.init))
        bind(15, record.error)
        bind(16, record.traceHeader)
        if let run = record.run { bind(run) }
        bind(23, record.payload.map { Int64($0.size) })
        bind(24, record.result.map { Int64($0.size) })
        // The bytes are not copied: they stay where they are until the statement has run.
        let code = (record.payload?.bytes ?? Bytes()).withUnsafeBytes { payload in
            (record.result?.bytes ?? Bytes()).withUnsafeBytes { result in
                sqlite3_bind_blob64(handle, 25, payload.baseAddress, UInt64(payload.count), nil)
                sqlite3_bind_blob64(handle, 26, result.baseAddress, UInt64(result.count), nil)
                defer {
                    sqlite3_reset(handle)
                    sqlite3_clear_bindings(handle)
                }
                return sqlite3_step(handle)
            }
        }
        guard code == SQLITE_DONE else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
    }

    private func bind(_ run: JournalRecord.Run) {
        bind(17, run.isCold ? 1 : 0)
        if let initialization = run.initMilliseconds { sqlite3_bind_double(handle, 18, initialization) }
        sqlite3_bind_double(handle, 19, run.durationMilliseconds)
        bind(20, Int64(run.billedMilliseconds))
        bind(21, Int64(run.memoryMegabytes))
        bind(22, Int64(run.maxMemoryUsedMegabytes))
    }

    /// What is not bound is NULL.
    private func bind(_ index: Int32, _ value: Int64?) {
        if let value { sqlite3_bind_int64(handle, index, value) }
    }

    private func bind(_ index: Int32, _ value: String?) {
        guard var value else { return }
        // SQLite copies it.
        let copies = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        value.withUTF8 { text in
            text.withMemoryRebound(to: CChar.self) { text in
                _ = sqlite3_bind_text(handle, index, text.baseAddress, Int32(text.count), copies)
            }
        }
    }
}
