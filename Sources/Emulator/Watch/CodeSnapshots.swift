// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Copies of functions' code, from which they run while the originals are built anew: an environment that starts in the
/// middle of a build starts what was whole.
struct CodeSnapshots: Sendable {
    /// How many copies of a function's code are kept: environments that drain may still read theirs, and published
    /// versions start from theirs.
    static let kept = 8

    let folder: URL

    /// Copies a folder with code; a `bootstrap` that is a link becomes what it leads to.
    ///
    /// - Parameter identity: the copy's name; what was copied under it already is not copied again.
    func copy(folder original: URL, of function: String, identity: String) throws -> URL {
        try make(function, identity) { copy in
            try FileManager.default.copyItem(at: original, to: copy)
            let bootstrap = original.appending(path: "bootstrap")
            let target = bootstrap.resolvingSymlinksInPath()
            guard target.path != bootstrap.path, FileManager.default.fileExists(atPath: target.path) else { return }
            let copied = copy.appending(path: "bootstrap")
            try? FileManager.default.removeItem(at: copied)
            try FileManager.default.copyItem(at: target, to: copied)
        }
    }

    /// Copies an executable, as the `bootstrap` of a folder.
    func copy(executable: URL, of function: String, identity: String) throws -> URL {
        try make(function, identity) { copy in
            try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: true)
            try FileManager.default.copyItem(
                at: executable.resolvingSymlinksInPath(), to: copy.appending(path: "bootstrap"))
        }
    }

    private func make(_ function: String, _ identity: String, _ fill: (URL) throws -> Void) throws -> URL {
        let folder = folder.appending(path: function)
        let copy = folder.appending(path: identity)
        guard !FileManager.default.fileExists(atPath: copy.path) else { return copy }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        // Under its name it is whole.
        let partial = folder.appending(path: ".\(UUID().uuidString)")
        do {
            try fill(partial)
            try FileManager.default.setAttributes([.modificationDate: Date.now], ofItemAtPath: partial.path)
            try FileManager.default.moveItem(at: partial, to: copy)
        } catch {
            try? FileManager.default.removeItem(at: partial)
            throw EmulatorError("The code of \(function) cannot be copied: \(error.localizedDescription)")
        }
        prune(folder)
        return copy
    }

    /// Removes the oldest.
    private func prune(_ folder: URL) {
        let copies =
            (try? FileManager.default.contentsOfDirectory(
                at: folder, includingPropertiesForKeys: nil, options: [.skipsHiddenFiles])) ?? []
        let dated = copies.map { copy in
            (copy, date: (try? FileManager.default.attributesOfItem(atPath: copy.path))?[.modificationDate] as? Date)
        }
        for (copy, _) in dated.sorted(by: { $0.date ?? .now > $1.date ?? .now }).dropFirst(Self.kept) {
            try? FileManager.default.removeItem(at: copy)
        }
    }
}
