// SPDX-License-Identifier: Apache-2.0
import Foundation
import GRDB
import Store
import Testing

@Suite("Store", .timeLimit(.minutes(1)))
struct StoreTests {
    private struct Refused: Error, Equatable {}

    private func withDirectory<T>(_ body: (URL) async throws -> T) async throws -> T {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("store-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        return try await body(directory)
    }

    private func makeTable(_ store: Store) throws {
        try store.migrate("test-1") { db in try db.execute(sql: "CREATE TABLE entry (n INTEGER PRIMARY KEY)") }
    }

    private func entries(_ store: Store) async throws -> [Int] {
        try await store.read { db in try db.rows("SELECT n FROM entry ORDER BY n").map { $0[0] } }
    }

    @Test(
        "What a write returned for is on disk, should the process die at that moment",
        arguments: Store.Durability.allCases)
    func survivesTheProcess(durability: Store.Durability) async throws {
        try await withDirectory { directory in
            let store = try Store.open(directory: directory.appendingPathComponent("a"), durability: durability)
            try makeTable(store)
            try await store.write { db in try db.run("INSERT INTO entry VALUES (7)") }
            // A dead process leaves its files as they are now: never closed, nothing checkpointed.
            let copy = directory.appendingPathComponent("b")
            try FileManager.default.copyItem(at: directory.appendingPathComponent("a"), to: copy)
            let reopened = try Store.open(directory: copy)
            #expect(try await entries(reopened) == [7])
        }
    }

    @Test("Many writers at once are all stored, and each sees those before it")
    func manyWriters() async throws {
        try await withDirectory { directory in
            let store = try Store.open(directory: directory)
            try makeTable(store)
            let counts = try await withThrowingTaskGroup(of: Int.self) { group in
                for n in 0..<1500 {
                    group.addTask {
                        try await store.write { db in
                            try db.run("INSERT INTO entry VALUES (?)", [n])
                            return try db.row("SELECT count(*) FROM entry")?[0] ?? 0
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(counts.sorted() == Array(1...1500))
            #expect(try await entries(store) == Array(0..<1500))
        }
    }

    @Test("A body that throws is undone alone, among writes of the same transaction")
    func oneFails() async throws {
        let store = try Store.inMemory()
        try makeTable(store)
        let failed = await withTaskGroup(of: Int?.self) { group in
            for n in 0..<100 {
                group.addTask {
                    do {
                        try await store.write { db in
                            try db.run("INSERT INTO entry VALUES (?)", [n])
                            if n % 10 == 3 { throw Refused() }
                        }
                        return nil
                    } catch {
                        return error is Refused ? n : -1
                    }
                }
            }
            return await group.reduce(into: [Int]()) { if let n = $1 { $0.append(n) } }
        }
        #expect(failed.sorted() == Array(stride(from: 3, to: 100, by: 10)))
        #expect(try await entries(store) == (0..<100).filter { $0 % 10 != 3 })
    }

    @Test("A broken constraint fails its own write only")
    func constraint() async throws {
        let store = try Store.inMemory()
        try makeTable(store)
        try await store.write { db in try db.run("INSERT INTO entry VALUES (1)") }
        await #expect(throws: DatabaseError.self) {
            try await store.write { db in try db.run("INSERT INTO entry VALUES (1)") }
        }
        try await store.write { db in try db.run("INSERT INTO entry VALUES (2)") }
        #expect(try await entries(store) == [1, 2])
    }

    @Test("A body that ends the transaction fails, and the store goes on")
    func endsTransaction() async throws {
        let store = try Store.inMemory()
        try makeTable(store)
        await #expect(throws: (any Error).self) {
            try await store.write { db in
                try db.run("INSERT INTO entry VALUES (1)")
                try db.run("ROLLBACK")
            }
        }
        try await store.write { db in try db.run("INSERT INTO entry VALUES (2)") }
        #expect(try await entries(store) == [2])
    }

    @Test("A step of the schema is taken once, and undone whole when it fails")
    func migrations() async throws {
        try await withDirectory { directory in
            var store = try Store.open(directory: directory)
            try makeTable(store)
            #expect(throws: StoreError.self) {
                try store.migrate("test-2") { db in
                    try db.execute(sql: "CREATE TABLE half (n)")
                    throw Refused()
                }
            }
            try store.close()
            store = try Store.open(directory: directory)
            try makeTable(store)
            try store.migrate("test-2") { db in try db.execute(sql: "CREATE TABLE half (n)") }
            #expect(try await entries(store).isEmpty)
        }
    }

    @Test("A database of a newer version is refused by name")
    func newerVersion() async throws {
        try await withDirectory { directory in
            let store = try Store.open(directory: directory)
            try makeTable(store)
            try store.migrate("test-2") { _ in }
            try store.migrate("other-9") { _ in }
            try store.requireNoStepBeyond(["test-1", "test-2"])
            #expect(throws: StoreError.newerVersion(file: Store.fileName, reason: "unknown steps: test-2")) {
                try store.requireNoStepBeyond(["test-1"])
            }
            try await store.write { db in try db.run("CREATE TABLE later (n)") }
            try store.close()
            let queue = try DatabaseQueue(path: directory.appendingPathComponent(Store.fileName).path)
            try await queue.write { db in try db.execute(sql: "PRAGMA user_version = 99") }
            try queue.close()
            #expect { try Store.open(directory: directory) } throws: { error in
                "\(error)".contains("newer version of martlet (format 99")
            }
        }
    }

    @Test("One state directory serves one process at a time")
    func lock() async throws {
        try await withDirectory { directory in
            let store = try Store.open(directory: directory)
            #expect(throws: StoreError.inUse(directory: directory.path)) { try Store.open(directory: directory) }
            try store.close()
            try Store.open(directory: directory).close()
        }
    }

    @Test("A directory is free again though a child process still has the lock's descriptor")
    func lockIsGivenUp() async throws {
        try await withDirectory { directory in
            let store = try Store.open(directory: directory)
            let lock = directory.appendingPathComponent("lock").resolvingSymlinksInPath().path
            let descriptor = try #require(
                (3..<65536).first {
                    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")) == lock
                })
            // What fork does, and exec undoes.
            let copy = dup(Int32(descriptor))
            defer { close(copy) }
            try store.close()
            try Store.open(directory: directory).close()
        }
    }

    @Test("A state directory that cannot be written to is named in the error")
    func notWritable() async throws {
        try await withDirectory { directory in
            // A file in the way, not permissions: the superuser may write anywhere.
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            let file = directory.appendingPathComponent("file")
            try Data().write(to: file)
            #expect { try Store.open(directory: file.appendingPathComponent("state")) } throws: { error in
                "\(error)".hasPrefix("cannot write to the state directory \(file.path)/state: ")
            }
        }
    }

    @Test("A file that is no database is refused")
    func noDatabase() async throws {
        try await withDirectory { directory in
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            try Data(repeating: 65, count: 4096).write(to: directory.appendingPathComponent(Store.fileName))
            #expect { try Store.open(directory: directory) } throws: { error in
                "\(error)".contains("cannot use the database")
            }
        }
    }
}
