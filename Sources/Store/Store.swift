// SPDX-License-Identifier: Apache-2.0
public import Foundation
public import GRDB
import Synchronization

/// The emulator's database: one SQLite file that the services share, each with tables of its own.
///
/// Writes are collected and committed in groups, off the caller's thread: what arrives while a transaction runs goes
/// into the next one together. A write returns after its transaction is committed, so that whoever waited for it may
/// acknowledge what it stored.
public final class Store: Sendable {
    /// What a committed write survives.
    public enum Durability: String, Sendable, CaseIterable {
        /// The death of the process at any moment.
        case process
        /// The death of the machine too: each group of writes is forced onto the disk.
        case disk
    }

    /// The name of the database file in the state directory.
    public static let fileName = "martlet.sqlite"

    let database: any DatabaseWriter
    /// Whether reads have connections of their own, beside the one that writes.
    ///
    /// On one connection nothing else runs meanwhile. To keep a read there from writing, GRDB would set a pragma before
    /// it and another one after it, and each makes SQLite compile every statement of the connection anew.
    private let isShared: Bool
    private let writes: WriteQueue
    private let lock: DirectoryLock?
    private let underWay: CallCount
    /// What may refuse writes.
    private let refusal: (@Sendable () -> StoreError?)?
    private let gate: Gate?

    init(database: any DatabaseWriter, lock: DirectoryLock?, gate: Gate? = nil) {
        self.database = database
        isShared = database is DatabasePool
        self.lock = lock
        refusal = nil
        underWay = CallCount()
        self.gate = gate
        writes = WriteQueue(database: database)
    }

    private init(_ store: Store, refusal: @escaping @Sendable () -> StoreError?) {
        database = store.database
        isShared = store.isShared
        writes = store.writes
        lock = nil
        gate = store.gate
        underWay = store.underWay
        self.refusal = refusal
    }

    /// The same database, of which writes may be refused on purpose.
    ///
    /// The store that it is made from stays the one to close.
    ///
    /// - Parameter refusal: asked before each write; the write throws what it gives.
    public func refusing(_ refusal: @escaping @Sendable () -> StoreError?) -> Store {
        Store(self, refusal: refusal)
    }

    /// Opens the database in a state directory, and makes both where they are missing.
    ///
    /// - Parameters:
    ///   - directory: the state directory; it belongs to one process at a time.
    ///   - durability: what a committed write survives.
    /// - Throws: ``StoreError``.
    public static func open(directory: URL, durability: Durability = .process) throws -> Store {
        let lock = try DirectoryLock(directory: directory)
        let file = directory.appendingPathComponent(fileName).path
        do {
            var configuration = Configuration()
            configuration.label = "martlet.store"
            configuration.busyMode = .timeout(5)
            let pool = try DatabasePool(path: file, configuration: configuration)
            // After the pool has switched to WAL: it sets NORMAL itself while doing so.
            try pool.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA synchronous = \(durability == .disk ? "FULL" : "NORMAL")")
            }
            try SchemaVersion.prepare(pool, file: file)
            return Store(database: pool, lock: lock)
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError.unusable(file: file, reason: "\(error)")
        }
    }

    /// A database that is gone when the last reference to it is.
    ///
    /// - Throws: ``StoreError``.
    public static func inMemory() throws -> Store {
        do {
            var configuration = Configuration()
            configuration.label = "martlet.store"
            let queue = try DatabaseQueue(configuration: configuration)
            try SchemaVersion.prepare(queue, file: ":memory:")
            return Store(database: queue, lock: nil)
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError.unusable(file: ":memory:", reason: "\(error)")
        }
    }

    /// A database in memory that begins with what this one has now.
    ///
    /// Blocks.
    ///
    /// - Throws: the database's error.
    public func copy() throws -> Store {
        let copy = try DatabaseQueue()
        try database.backup(to: copy)
        return Store(database: copy, lock: nil)
    }

    /// Brings one service's tables to a step of their schema, unless an earlier run already did.
    ///
    /// Blocks: call it while the emulator starts. Steps run in the order of the calls, each in a transaction of its
    /// own.
    ///
    /// - Parameters:
    ///   - name: the service and the number of the step, `s3-1`; it is never given to other statements later.
    ///   - body: creates or changes tables.
    /// - Throws: ``StoreError/migrationFailed(name:reason:)``.
    public func migrate(_ name: String, _ body: @Sendable (Database) throws -> Void) throws {
        do {
            try database.writeWithoutTransaction { db in
                try SchemaVersion.apply(name, to: db, body)
            }
        } catch {
            throw StoreError.migrationFailed(name: name, reason: "\(error)")
        }
    }

    /// Checks that every step which the database ever took is among those that ``migrate(_:_:)`` was called with,
    /// by their services' names; services that were not migrated at all are left out.
    ///
    /// - Parameter names: the steps that this build knows.
    /// - Throws: ``StoreError/newerVersion(file:reason:)`` when a newer build was here.
    public func requireNoStepBeyond(_ names: [String]) throws {
        try database.read { db in
            try SchemaVersion.requireNoStepBeyond(names, in: db)
        }
    }

    /// Runs a body in a transaction and returns its result once that is committed.
    ///
    /// The transaction may hold other writes too; each sees those before it, and one that throws is undone alone.
    /// A body does not begin or end transactions. It runs on the database's thread: it may do blocking work that
    /// belongs to the write, and must not wait for the loop.
    ///
    /// - Throws: what `body` throws, or the database's error when the commit fails: then nothing of it is stored.
    public func write<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T) async throws -> T {
        if let error = refusal?() { throw error }
        if let gate { return try await write(through: gate, body) }
        underWay.value.wrappingAdd(1, ordering: .relaxed)
        defer { underWay.value.wrappingSubtract(1, ordering: .relaxed) }
        return try await writes.perform(body)
    }

    /// Runs a body that only reads.
    ///
    /// It sees one consistent state, with every write that has returned.
    ///
    /// - Throws: what `body` throws, or the database's error.
    public func read<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T) async throws -> T {
        if gate != nil { return try readNow(body) }
        underWay.value.wrappingAdd(1, ordering: .relaxed)
        defer { underWay.value.wrappingSubtract(1, ordering: .relaxed) }
        return try await withCheckedThrowingContinuation { continuation in
            let answer = { @Sendable (db: Result<Database, any Error>) in
                continuation.resume(with: Result { try body(db.get()) })
            }
            if isShared { database.asyncRead(answer) } else { database.asyncUnsafeRead(answer) }
        }
    }

    /// Whether somebody waits for a write or a read.
    public var isBusy: Bool { underWay.value.load(ordering: .relaxed) > 0 }

    /// Finishes the writes that were begun, closes the file and gives the state directory free.
    ///
    /// Later calls fail.
    ///
    /// - Throws: the database's error.
    public func close() throws {
        try database.close()
        lock?.release()
    }
}

/// How many calls have not returned, of all views of a store together.
private final class CallCount: Sendable {
    let value = Atomic<Int>(0)
}

extension Database {
    /// Runs one statement, prepared once for each connection.
    public func run(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws {
        try cachedStatement(sql: sql).execute(arguments: arguments)
    }

    /// The rows of one query, prepared once for each connection.
    public func rows(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws -> [Row] {
        try Row.fetchAll(try cachedStatement(sql: sql), arguments: arguments)
    }

    /// The first row of one query, prepared once for each connection.
    public func row(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws -> Row? {
        try Row.fetchOne(try cachedStatement(sql: sql), arguments: arguments)
    }
}
