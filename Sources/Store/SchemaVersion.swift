// SPDX-License-Identifier: Apache-2.0
import GRDB

/// Which steps of which service's schema a database has taken.
enum SchemaVersion {
    /// The layout of the store itself, in SQLite's `user_version`; raised only when older builds must stay away.
    private static let format = 1

    static func prepare(_ database: any DatabaseWriter, file: String) throws {
        try database.writeWithoutTransaction { db in
            let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
            guard found <= format else {
                throw StoreError.newerVersion(file: file, reason: "format \(found), this one knows \(format)")
            }
            guard found < format else { return }
            try db.inTransaction {
                try db.execute(sql: "CREATE TABLE schema_step (name TEXT PRIMARY KEY) WITHOUT ROWID")
                try db.execute(sql: "PRAGMA user_version = \(format)")
                return .commit
            }
        }
    }

    static func apply(_ name: String, to db: Database, _ body: (Database) throws -> Void) throws {
        try db.inTransaction(.immediate) {
            guard try db.row("SELECT name FROM schema_step WHERE name = ?", [name]) == nil else { return .rollback }
            try body(db)
            try db.run("INSERT INTO schema_step (name) VALUES (?)", [name])
            return .commit
        }
    }

    static func requireNoStepBeyond(_ known: [String], in db: Database) throws {
        let services = Set(known.map(service))
        let taken = try String.fetchAll(db, sql: "SELECT name FROM schema_step ORDER BY name")
        let unknown = taken.filter { !known.contains($0) && services.contains(service(of: $0)) }
        guard unknown.isEmpty else {
            throw StoreError.newerVersion(
                file: Store.fileName, reason: "unknown steps: \(unknown.joined(separator: ", "))")
        }
    }

    /// `s3` of `s3-1`.
    private static func service(of step: String) -> Substring {
        step[..<(step.lastIndex(of: "-") ?? step.endIndex)]
    }
}
