// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import Journal

/// Which journal a command reads.
struct JournalArguments: ParsableArguments {
    /// Where an emulator keeps its state unless it is told otherwise.
    static let usualState = ".martlet"

    @Option(help: "The emulator; by default the one that runs, or the state folder where none runs.")
    var endpoint: String?

    @Option(help: "A state folder, to read without an emulator.", completion: .directory)
    var state: String?

    func validate() throws {
        guard endpoint == nil || state == nil else {
            throw ValidationError("An --endpoint and a --state are two journals: leave one of them out.")
        }
    }

    /// The emulator's.
    ///
    /// - Throws: ``Refused`` when none runs.
    func remote() throws -> RemoteJournal {
        if let state {
            throw Refused(description: "Only an emulator that runs has more to come: leave --state \(state) out.")
        }
        guard let found = try endpoint ?? RunningEmulators.withJournal(hasJournal: false) else {
            throw Refused(description: RunningEmulators.noneRuns)
        }
        return RemoteJournal(endpoint: found)
    }

    /// The emulator's, or that of a state folder.
    ///
    /// - Throws: ``Refused`` when there is neither.
    func source() throws -> any RecordSource {
        if let state { return try folder(state) }
        if let found = try endpoint ?? RunningEmulators.withJournal(hasJournal: Self.isLeftHere) {
            return RemoteJournal(endpoint: found)
        }
        guard Self.isLeftHere else {
            throw Refused(
                description: "No emulator runs, and there is no journal in \(Self.usualState). "
                    + "Run 'martlet start', or name one with --endpoint or --state.")
        }
        Console.note(Console.coloured("No emulator runs: this is what \(Self.usualState) has.", .dim))
        return try folder(Self.usualState)
    }

    /// Whether an emulator has kept its journal in this folder.
    static var isLeftHere: Bool { JournalFile.exists(in: URL(filePath: usualState)) }

    private func folder(_ path: String) throws -> StoredJournal {
        let folder = URL(filePath: path, directoryHint: .isDirectory)
        guard JournalFile.exists(in: folder) else { throw Refused(description: "There is no journal in \(path).") }
        return StoredJournal(folder: folder, file: try JournalFile(directory: folder, replacesOlder: false))
    }
}
