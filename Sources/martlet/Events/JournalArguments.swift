// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import Journal

/// Which journal a command reads.
struct JournalArguments: ParsableArguments {
    @Option(help: "The emulator; by default http://127.0.0.1:4566, or the state folder where none runs there.")
    var endpoint: String?

    @Option(help: "A state folder, to read without an emulator.", completion: .directory)
    var state: String?

    func validate() throws {
        guard endpoint == nil || state == nil else {
            throw ValidationError("An --endpoint and a --state are two journals: leave one of them out.")
        }
    }

    /// The emulator's.
    var remote: RemoteJournal { RemoteJournal(endpoint: endpoint ?? "http://127.0.0.1:4566") }

    /// The emulator's, or that of a state folder.
    ///
    /// - Throws: when there is neither.
    func source() throws -> any RecordSource {
        if let state { return try folder(state) }
        if endpoint != nil || remote.isThere { return remote }
        guard JournalFile.exists(in: URL(filePath: Self.defaultState)) else {
            throw Refused(
                description:
                    "No emulator answers at \(remote.endpoint), and there is no journal in \(Self.defaultState). "
                    + "Run 'martlet start', or name one with --endpoint or --state.")
        }
        Console.note(Console.coloured("No emulator runs: this is what \(Self.defaultState) has.", .dim))
        return try folder(Self.defaultState)
    }

    private static let defaultState = ".martlet"

    private func folder(_ path: String) throws -> StoredJournal {
        let folder = URL(filePath: path, directoryHint: .isDirectory)
        guard JournalFile.exists(in: folder) else { throw Refused(description: "There is no journal in \(path).") }
        return StoredJournal(folder: folder, file: try JournalFile(directory: folder))
    }
}
