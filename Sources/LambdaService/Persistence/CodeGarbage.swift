// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Unpacked code that no function and no layer uses any more.
struct CodeGarbage {
    let folder: CodeFolder
    /// The paths of what is used.
    let used: Set<String>

    /// Removes it, with what an earlier process left half done.
    ///
    /// Blocks. Call it while nothing is unpacked. Only what has a name of the emulator's own is touched.
    func remove() {
        let files = FileManager.default
        for name in (try? files.contentsOfDirectory(atPath: folder.path)) ?? [] where Self.isOwn(name) {
            let path = "\(folder.path)/\(name)"
            if !used.contains(path) { try? files.removeItem(atPath: path) }
        }
    }

    /// A digest, the zip file beside it, merged layers, or what was not finished.
    private static func isOwn(_ name: String) -> Bool {
        if name.hasSuffix(".partial") { return true }
        var digest = name[...]
        if digest.hasPrefix(OptFolder.prefix) { digest = digest.dropFirst(OptFolder.prefix.count) }
        if digest.hasSuffix(".zip") { digest = digest.dropLast(4) }
        return digest.utf8.count == 64
            && digest.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }
}
