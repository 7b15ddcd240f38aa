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
            url = FileManager.default.temporaryDirectory.appending(path: "martlet-\(UUID().uuidString.lowercased())")
            isEphemeral = true
        }
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        } catch {
            throw EmulatorError(
                "Cannot create the state folder \(url.path): \(error.localizedDescription). Name another one with --state, or use --ephemeral."
            )
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

    /// Removes the folder if nothing in it shall be found again.
    func removeIfEphemeral() {
        if isEphemeral { try? FileManager.default.removeItem(at: url) }
    }
}
