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
    private let texts = TextBuffer()

    init(_ db: Database) throws {
        statement = try db.cachedStatement(sql: Self.sql)
        handle = statement.sqliteStatement
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }

    func insert(_ record: JournalRecord) throws {
        texts.removeAll()
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
        value.withUTF8 { text in
            if let kept = texts.add(text) {
                sqlite3_bind_text(handle, index, kept, Int32(text.count), nil)
            } else {
                // SQLite copies it.
                let copies = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
                text.withMemoryRebound(to: CChar.self) { text in
                    _ = sqlite3_bind_text(handle, index, text.baseAddress, Int32(text.count), copies)
                }
            }
        }
    }
}

/// Where the texts of a record lie while it is inserted: copies that SQLite makes are allocations, each with a lock.
private final class TextBuffer {
    private static let capacity = 16 << 10

    private let memory = UnsafeMutablePointer<CChar>.allocate(capacity: capacity)
    private var used = 0

    deinit { memory.deallocate() }

    func removeAll() { used = 0 }

    /// - Returns: where the text is until all are removed; nil when there is no room.
    func add(_ text: UnsafeBufferPointer<UInt8>) -> UnsafePointer<CChar>? {
        guard text.count <= Self.capacity - used else { return nil }
        let start = memory + used
        text.withMemoryRebound(to: CChar.self) { text in
            // An empty text may have no address.
            if let base = text.baseAddress { start.initialize(from: base, count: text.count) }
        }
        used += text.count
        return UnsafePointer(start)
    }
}
