// SPDX-License-Identifier: Apache-2.0
import EventLoop
import Foundation
import Glibc
import Testing

@Suite("Folder watchers", .timeLimit(.minutes(1)))
struct FolderWatcherTests {
    /// Waits for the names of entries that change.
    private struct Changes {
        let stream = AsyncStream.makeStream(of: String?.self)

        func wait(for name: String?) async {
            for await changed in stream.stream where changed == name { return }
        }
    }

    private static func folder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "watch-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    @Test("Files that are made, written, put in another's place and removed are told by name")
    func entries() async throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        try await withLoop { loop in
            let changes = Changes()
            let watcher = try FolderWatcher(loop: loop, folder: folder.path) { changes.stream.continuation.yield($0) }
            defer { watcher.close() }
            let file = folder.appending(path: "a")
            try Data("1".utf8).write(to: file)
            await changes.wait(for: "a")
            try Data("2".utf8).write(to: folder.appending(path: "b"))
            await changes.wait(for: "b")
            #expect(rename(folder.appending(path: "b").path, file.path) == 0)
            await changes.wait(for: "a")
            try FileManager.default.removeItem(at: file)
            await changes.wait(for: "a")
        }
    }

    @Test("A folder that is not there cannot be watched")
    func missing() async throws {
        try await withLoop { loop in
            #expect(throws: LoopError.self) { try FolderWatcher(loop: loop, folder: "/nowhere/at/all") { _ in } }
        }
    }
}
