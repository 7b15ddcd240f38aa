// SPDX-License-Identifier: Apache-2.0
import Buffers
import Foundation
import GRDB
import ServiceProtocols

/// One search through the records, block by block, until the page is full or time is up.
struct RecordSearch {
    private let query: RecordQuery
    private let skip: SkipQuery
    private let deadline: ContinuousClock.Instant
    private(set) var page = RecordPage(records: [], next: nil)

    init(_ query: RecordQuery, deadline: ContinuousClock.Instant) {
        self.query = query
        self.deadline = deadline
        skip = SkipQuery(query.filter)
    }

    private var isDescending: Bool { query.order == .newestFirst }

    mutating func run(_ db: Database) throws {
        guard query.limit > 0 else { return }
        // Numbers from `next` on, in the order of the query, were not looked at.
        var next = isDescending ? query.after ?? .max : (query.after ?? 0) + 1
        let start = JournalBlock.number(of: isDescending ? next - 1 : next)
        let blocks = try Row.fetchCursor(db, sql: blockQuery, arguments: [start])
        while let row = try blocks.next() {
            let number: Int64 = row[0]
            let (first, end) = (number * JournalBlock.size, (number + 1) * JournalBlock.size)
            // Blocks of which nothing is known lie in between.
            let gap = isDescending ? end..<max(end, next) : min(first, next)..<first
            if try !read(gap, db) { return }
            let range = isDescending ? first..<min(end, next) : max(first, next)..<end
            if try mayMatch(row), try !read(range, db) { return }
            next = isDescending ? first : end
            if isTimeUp, next > 0 { return stop(at: isDescending ? next : next - 1) }
        }
        _ = try read(isDescending ? 0..<next : next..<RecordID.max, db)
    }

    private var blockQuery: String {
        let columns = skip.needsFilter ? "id, first, last, flags, filter" : "id, first, last"
        return "SELECT \(columns) FROM block WHERE id \(isDescending ? "<=" : ">=") ? ORDER BY id "
            + query.order.rawValue
    }

    private func mayMatch(_ row: Row) throws -> Bool {
        guard skip.mayMatch(from: row[1], to: row[2]) else { return false }
        guard skip.needsFilter else { return true }
        // A block that cannot be read tells nothing.
        return try row.withUnsafeData(atIndex: 4) { filter in
            filter.flatMap { JournalBlock(first: row[1], last: row[2], flags: row[3], filter: $0) }.map(skip.mayMatch)
                ?? true
        }
    }

    private var isTimeUp: Bool { deadline <= .now }

    private mutating func stop(at id: RecordID) {
        page.next = id
    }

    /// - Returns: whether the search goes on after these numbers.
    private mutating func read(_ range: Range<RecordID>, _ db: Database) throws -> Bool {
        guard !range.isEmpty else { return true }
        let (condition, arguments) = sqlCondition
        let cursor = try Row.fetchCursor(
            db.cachedStatement(
                sql: "SELECT * FROM record WHERE id >= ? AND id < ?\(condition) ORDER BY id \(query.order.rawValue)"),
            arguments: StatementArguments([range.lowerBound, range.upperBound]) + arguments)
        var looked = 0
        while let row = try cursor.next() {
            let record = try JournalRecord(row: row)
            if query.filter.matchesContent(of: record) {
                page.records.append(record)
                if page.records.count == query.limit {
                    stop(at: record.id)
                    return false
                }
            }
            looked += 1
            if looked.isMultiple(of: 256), isTimeUp {
                stop(at: record.id)
                return false
            }
        }
        return true
    }

    /// What the database itself can tell.
    private var sqlCondition: (text: String, arguments: StatementArguments) {
        let filter = query.filter
        var text = ""
        var arguments = StatementArguments()
        func require(_ condition: String, _ values: [(any DatabaseValueConvertible)?]) {
            text += " AND \(condition)"
            arguments += StatementArguments(values)
        }
        func requireOne(of values: [String], in column: String) {
            guard !values.isEmpty else { return }
            require("\(column) IN (\(values.map { _ in "?" }.joined(separator: ", ")))", values)
        }
        requireOne(of: filter.kinds.map(\.rawValue).sorted(), in: "kind")
        requireOne(of: filter.outcomes.map(\.rawValue).sorted(), in: "outcome")
        if let source = filter.source { require("source = ?", [source]) }
        if let function = filter.function { require("function = ?", [function]) }
        if let qualifier = filter.qualifier { require("(qualifier = ? OR version = ?)", [qualifier, qualifier]) }
        if let request = filter.requestID { require("request = ?", [request]) }
        if let since = filter.since { require("time >= ?", [since.milliseconds]) }
        if let until = filter.until { require("time < ?", [until.milliseconds]) }
        return (text, arguments)
    }

    static func record(_ id: RecordID, _ db: Database) throws -> JournalRecord? {
        let statement = try db.cachedStatement(sql: "SELECT * FROM record WHERE id = ?")
        return try Row.fetchOne(statement, arguments: [id]).map(JournalRecord.init(row:))
    }

    /// What a record caused, in order.
    static func children(of id: RecordID, _ db: Database) throws -> [JournalRecord] {
        // A cause has a smaller number than what it causes.
        let statement = try db.cachedStatement(sql: "SELECT * FROM record WHERE cause = ?1 AND id > ?1 ORDER BY id")
        return try Row.fetchAll(statement, arguments: [id]).map(JournalRecord.init(row:))
    }
}

extension JournalRecord {
    fileprivate init(row: Row) throws {
        guard let kind = Kind(rawValue: row[2]), let outcome = Outcome(rawValue: row[5]) else {
            throw JournalError("record \(row[0] as RecordID) cannot be read: it is of kind \(row[2] as String)")
        }
        self.init(
            id: row[0], time: Timestamp(milliseconds: row[1]), kind: kind, cause: row[3], source: row[4],
            outcome: outcome)
        operation = row[6]
        resource = row[7]
        function = row[8]
        qualifier = row[9]
        version = row[10]
        requestID = row[11]
        attempt = row[12]
        status = row[13]
        error = row[14]
        traceHeader = row[15]
        if let duration: Double = row[18] {
            run = Run(
                isCold: row[16] ?? false, initMilliseconds: row[17], durationMilliseconds: duration,
                billedMilliseconds: row[19] ?? 0, memoryMegabytes: row[20] ?? 0,
                maxMemoryUsedMegabytes: row[21] ?? 0)
        }
        payload = try Self.content(row, size: row[22], at: 24)
        result = try Self.content(row, size: row[23], at: 25)
    }

    private static func content(_ row: Row, size: Int?, at index: Int) throws -> Content? {
        guard let size else { return nil }
        return try row.withUnsafeData(atIndex: index) { data in
            Content(data.map { data in data.withUnsafeBytes { Bytes(copying: $0) } } ?? Bytes(), size: size)
        }
    }
}
