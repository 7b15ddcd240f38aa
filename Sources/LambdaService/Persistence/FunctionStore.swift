// SPDX-License-Identifier: Apache-2.0
import Foundation
import GRDB
public import Store

/// Keeps the functions and layers that were made through the API in the emulator's database.
///
/// Each is one JSON document. With an in-memory store they are as short-lived as that.
public final class FunctionStore: Sendable {
    /// What there is of one kind.
    enum Kind: String, CaseIterable {
        case function, layer
    }

    /// A document under its name; without one the name is forgotten.
    struct Change {
        var kind: Kind
        var name: String
        var document: Data?
    }

    private let store: Store

    /// Brings the store's table up to date.
    ///
    /// Blocks: call it while the emulator starts.
    ///
    /// - Throws: ``StoreError``.
    public init(store: Store) throws {
        self.store = store
        try store.migrate("functions-1") { db in
            try db.execute(
                sql: """
                    CREATE TABLE lambda_resource (
                        kind TEXT NOT NULL,
                        name TEXT NOT NULL,
                        document BLOB NOT NULL,
                        PRIMARY KEY (kind, name)
                    ) WITHOUT ROWID
                    """)
        }
    }

    /// Stores changes, all or none; returns when they are durable.
    func save(_ changes: [Change]) async throws {
        try await store.write { db in
            for change in changes {
                if let document = change.document {
                    try db.run(
                        "INSERT OR REPLACE INTO lambda_resource (kind, name, document) VALUES (?, ?, ?)",
                        [change.kind.rawValue, change.name, document])
                } else {
                    try db.run(
                        "DELETE FROM lambda_resource WHERE kind = ? AND name = ?", [change.kind.rawValue, change.name])
                }
            }
        }
    }

    /// All documents of a kind, by their names.
    func load(_ kind: Kind) async throws -> [String: Data] {
        try await store.read { db in
            let rows = try db.rows("SELECT name, document FROM lambda_resource WHERE kind = ?", [kind.rawValue])
            return Dictionary(uniqueKeysWithValues: rows.map { ($0[0] as String, $0[1] as Data) })
        }
    }
}
