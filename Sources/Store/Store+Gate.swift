// SPDX-License-Identifier: Apache-2.0
import GRDB

// A store for simulations: what it does depends on nothing but the order in which it is asked.
extension Store {
    /// What a write passes before it is made and after it is committed; it may wait, and what it throws is thrown to
    /// the writer.
    ///
    /// A failure before is a write that was not made, one after it a process that ended before it heard.
    public typealias Gate = @Sendable (_ isCommitted: Bool) async throws -> Void

    /// A database in memory that is used by whoever asks it, on his thread, each write in a transaction of its own.
    ///
    /// - Throws: ``StoreError``.
    public static func simulated(_ gate: @escaping Gate) throws -> Store {
        try inMemory().behind(gate)
    }

    /// The same database behind another gate, as another process would find it.
    public func behind(_ gate: @escaping Gate) -> Store {
        Store(database: database, lock: nil, gate: gate)
    }

    func write<T: Sendable>(through gate: Gate, _ body: (Database) throws -> T) async throws -> T {
        try await gate(false)
        let result = try writeNow(body)
        try await gate(true)
        return result
    }

    private func writeNow<T>(_ body: (Database) throws -> T) throws -> T {
        try database.writeWithoutTransaction { db in
            try db.run("BEGIN IMMEDIATE")
            do {
                let result = try body(db)
                try db.run("COMMIT")
                return result
            } catch {
                if db.isInsideTransaction { try db.run("ROLLBACK") }
                throw error
            }
        }
    }

    func readNow<T>(_ body: (Database) throws -> T) throws -> T { try database.unsafeRead(body) }
}
