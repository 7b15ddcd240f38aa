// SPDX-License-Identifier: Apache-2.0
import Foundation
import Store

/// The folder that an emulator keeps its things in.
struct StateDirectory: Sendable {
    let url: URL
    let isEphemeral: Bool

    /// Finds or makes the folder.
    ///
    /// - Throws: when it cannot be written to.
    init(_ state: EmulatorOptions.State) throws {
        switch state {
        case .directory(let url):
            self.url = url
            isEphemeral = false
        case .ephemeral:
            let temporary = FileManager.default.temporaryDirectory
            Self.removeAbandoned(in: temporary)
            url = temporary.appending(path: "\(Self.prefix)\(UUID().uuidString.lowercased())")
            isEphemeral = true
        }
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
            if isEphemeral { try FolderLock.hold(url) }
        } catch {
            throw EmulatorError(
                "Cannot create the state folder \(url.path): \(error.localizedDescription). Name another one with --state, or use --ephemeral."
            )
        }
    }

    private static let prefix = "martlet-"

    /// Removes the temporary folders of emulators that were killed.
    private static func removeAbandoned(in directory: URL) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        for folder in names.filter({ $0.hasPrefix(prefix) }).map({ directory.appending(path: $0) })
        where FolderLock.isAbandoned(folder) {
            try? FileManager.default.removeItem(at: folder)
        }
    }

    func openStore() throws -> Store {
        isEphemeral ? try Store.inMemory() : try Store.open(directory: url)
    }

    /// A folder of it, made when it is not there.
    func folder(_ name: String) throws -> URL {
        let folder = url.appending(path: name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    /// A folder of it with nothing in it: what an emulator that was killed has left there goes.
    func emptyFolder(_ name: String) throws -> URL {
        try? FileManager.default.removeItem(at: url.appending(path: name))
        return try folder(name)
    }

    /// Removes the folder if nothing in it shall be found again.
    func removeIfEphemeral() {
        if isEphemeral { try? FileManager.default.removeItem(at: url) }
    }
}
