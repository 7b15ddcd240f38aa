// SPDX-License-Identifier: Apache-2.0
import Foundation
import GRDB
import Store

/// The asynchronous requests that are not done, as they are stored.
enum AsyncQueueTable {
    static let steps = ["sagemaker-1"]

    /// A request that an earlier run left.
    struct Entry: Sendable {
        var id: Int64
        var request: AsyncRequest
        /// What is left to be published; nil when the model is to be asked yet.
        var notification: InferenceLifecycle.Notification?
    }

    static func migrate(_ store: Store) throws {
        try store.migrate("sagemaker-1") { db in
            try db.execute(
                sql: """
                    CREATE TABLE sagemaker_async (
                        id INTEGER PRIMARY KEY AUTOINCREMENT, endpoint TEXT NOT NULL, request BLOB NOT NULL,
                        notification BLOB
                    )
                    """)
        }
    }

    /// - Returns: the entry's id.
    static func insert(_ request: AsyncRequest, _ db: Database) throws -> Int64 {
        try db.run(
            "INSERT INTO sagemaker_async (endpoint, request) VALUES (?, ?)",
            [request.endpoint, try JSONEncoder().encode(request)])
        return db.lastInsertedRowID
    }

    static func record(_ notification: InferenceLifecycle.Notification, of id: Int64, _ db: Database) throws {
        try db.run(
            "UPDATE sagemaker_async SET notification = ? WHERE id = ?", [try JSONEncoder().encode(notification), id])
    }

    static func remove(_ id: Int64, _ db: Database) throws {
        try db.run("DELETE FROM sagemaker_async WHERE id = ?", [id])
    }

    static func entries(endpoint: String, _ db: Database) throws -> [Entry] {
        let decoder = JSONDecoder()
        return try db.rows(
            "SELECT id, request, notification FROM sagemaker_async WHERE endpoint = ? ORDER BY id", [endpoint]
        )
        .map { row in
            Entry(
                id: row[0], request: try decoder.decode(AsyncRequest.self, from: row[1] as Data),
                notification: try (row[2] as Data?).map {
                    try decoder.decode(InferenceLifecycle.Notification.self, from: $0)
                })
        }
    }
}
