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
        /// Absolute, without links.
        var template: String
    }

    /// Tells that an emulator serves; ``withdraw()`` at its end.
    ///
    /// Where no note can be left, commands have to be told the endpoint.
    static func announce(endpoint: String, template: URL) {
        guard let folder, let note = try? JSONEncoder().encode(Note(endpoint: endpoint, template: resolved(template)))
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
        guard let folder else { return nil }
        let notes = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        for file in notes {
            // Of one that was killed, only its note is left.
            guard let pid = Int32(file.deletingPathExtension().lastPathComponent), kill(pid, 0) == 0 else {
                try? FileManager.default.removeItem(at: file)
                continue
            }
            guard let data = try? Data(contentsOf: file), let note = try? JSONDecoder().decode(Note.self, from: data),
                note.template == resolved(template)
            else { continue }
            let health = CurlRequest(method: "GET", url: "\(note.endpoint)/_martlet/health", timeout: .seconds(2))
            if (try? await client.send(health))?.status == 200 { return note.endpoint }
        }
        return nil
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
