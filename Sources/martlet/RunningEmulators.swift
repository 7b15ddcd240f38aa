// SPDX-License-Identifier: Apache-2.0
import Curl
import Foundation
import Glibc
import HTTPClient

/// The emulators that this user runs on this machine: each leaves a note of where it serves and of what template, which
/// goes when it ends.
enum RunningEmulators {
    private struct Note: Codable {
        var endpoint: String
        /// Absolute, without links; nil for an emulator without one.
        var template: String?
    }

    /// Where an emulator serves unless it is told otherwise.
    static let usualEndpoint = "http://127.0.0.1:4566"
    /// What a command says that needs one.
    static let noneRuns = "No emulator runs. Run 'martlet start', or name one with --endpoint."
    private static let patience = Duration.seconds(2)

    /// Tells that an emulator serves; ``withdraw()`` at its end.
    ///
    /// Where no note can be left, commands have to be told the endpoint.
    static func announce(endpoint: String, template: URL?) {
        guard let folder,
            let note = try? JSONEncoder().encode(Note(endpoint: endpoint, template: template.map(resolved)))
        else { return }
        try? note.write(to: folder.appending(path: "\(getpid()).json"), options: .atomic)
    }

    /// The emulator of this process serves no more.
    static func withdraw() {
        guard let folder else { return }
        try? FileManager.default.removeItem(at: folder.appending(path: "\(getpid()).json"))
    }

    /// Where an emulator serves that runs a template; nil when none answers.
    static func endpoint(of template: URL, _ client: HTTPClient) async -> String? {
        for note in notes where note.template == resolved(template) {
            if (try? await client.send(health(note)))?.status == 200 { return note.endpoint }
        }
        return nil
    }

    /// Where an emulator serves that runs a template; nil when none answers.
    ///
    /// Blocks while it asks.
    static func endpoint(of template: URL) -> String? {
        notes.first { $0.template == resolved(template) && answers($0) }?.endpoint
    }

    /// Where the emulator serves that a command asks which is not told.
    ///
    /// It is the one that runs; of several, the one that runs a template of this folder; where none is known of, one
    /// that answers at the usual address. Blocks while it asks.
    ///
    /// - Throws: ``Refused`` when none runs, and with those that run when there is a choice.
    static func chosen() throws -> String {
        let running = notes.filter(answers)
        if running.count == 1 { return running[0].endpoint }
        guard !running.isEmpty else {
            if RemoteJournal(endpoint: usualEndpoint).isThere { return usualEndpoint }
            throw Refused(description: noneRuns)
        }
        return try onlyOne(of: running.filter(isOfThisFolder), running)
    }

    /// Where the emulator serves whose journal a command reads which is not told; nil for the one that the folder
    /// itself has.
    ///
    /// It is the one that runs a template of this folder, else the one at the usual address. Another one is asked only
    /// where no emulator has left a journal here. Blocks while it asks.
    ///
    /// - Parameter hasJournal: whether there is a journal in the folder.
    /// - Throws: ``Refused`` with those that run when there is a choice.
    static func withJournal(hasJournal: Bool) throws -> String? {
        let running = notes.filter(answers)
        let here = running.filter(isOfThisFolder)
        if !here.isEmpty { return try onlyOne(of: here, here) }
        if RemoteJournal(endpoint: usualEndpoint).isThere { return usualEndpoint }
        return hasJournal || running.isEmpty ? nil : try onlyOne(of: running, running)
    }

    private static func onlyOne(of candidates: [Note], _ running: [Note]) throws -> String {
        if candidates.count == 1 { return candidates[0].endpoint }
        let list = running.map { "  \($0.endpoint)  \($0.template ?? "(no template)")" }.sorted()
        throw Refused(
            description: "Several emulators run: say which with --endpoint.\n\(list.joined(separator: "\n"))")
    }

    private static func isOfThisFolder(_ note: Note) -> Bool {
        let folder = resolved(URL(filePath: FileManager.default.currentDirectoryPath))
        return note.template.map { URL(filePath: $0).deletingLastPathComponent().path } == folder
    }

    /// What is left of emulators whose processes live.
    private static var notes: [Note] {
        guard let folder else { return [] }
        let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        return files.compactMap { file in
            // Of one that was killed, only its note is left.
            guard let pid = Int32(file.deletingPathExtension().lastPathComponent), kill(pid, 0) == 0 else {
                try? FileManager.default.removeItem(at: file)
                return nil
            }
            return (try? Data(contentsOf: file)).flatMap { try? JSONDecoder().decode(Note.self, from: $0) }
        }
    }

    private static func answers(_ note: Note) -> Bool {
        (try? EasyHandle().perform(health(note)))?.status == 200
    }

    private static func health(_ note: Note) -> CurlRequest {
        CurlRequest(method: "GET", url: "\(note.endpoint)/_martlet/health", timeout: patience)
    }

    private static func resolved(_ template: URL) -> String {
        template.absoluteURL.resolvingSymlinksInPath().path
    }

    /// A folder that only this user writes to; nil where there can be none.
    private static var folder: URL? {
        let folder = FileManager.default.temporaryDirectory.appending(path: "martlet.\(getuid())")
        mkdir(folder.path, 0o700)
        var status = stat()
        guard lstat(folder.path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == getuid(),
            status.st_mode & 0o022 == 0
        else { return nil }
        return folder
    }
}
