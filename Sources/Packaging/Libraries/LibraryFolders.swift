// SPDX-License-Identifier: Apache-2.0
public import ELF
import Foundation

/// Looks for libraries where this machine's loader does (ld.so(8)).
public struct LibraryFolders {
    private let folders: [String]

    /// The folders of `/etc/ld.so.conf` and those that are always looked into.
    public init() {
        let triplets = ["x86_64-linux-gnu", "aarch64-linux-gnu"]
        let always =
            triplets.flatMap { ["/lib/\($0)", "/usr/lib/\($0)"] } + ["/lib64", "/usr/lib64", "/lib", "/usr/lib"]
        folders = Self.configured + always
    }

    private static var configured: [String] {
        let included = (try? FileManager.default.contentsOfDirectory(atPath: "/etc/ld.so.conf.d")) ?? []
        let files = ["/etc/ld.so.conf"] + included.sorted().map { "/etc/ld.so.conf.d/\($0)" }
        return files.flatMap { file -> [String] in
            let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
            return text.split(separator: "\n").map(String.init).filter { $0.hasPrefix("/") }
        }
    }

    /// Finds a library for the processor of who needs it; nil when it is nowhere.
    ///
    /// Blocks.
    public func find(_ name: String, for user: LibraryClosure.Library) -> LibraryClosure.Library? {
        let own = URL(filePath: user.path).resolvingSymlinksInPath().deletingLastPathComponent().path
        let first = user.image.searchPaths.map {
            $0.replacing("${ORIGIN}", with: own).replacing("$ORIGIN", with: own)
        }
        for folder in first + folders {
            let path = "\(folder)/\(name)"
            guard let image = try? ELFImage(file: path), image.machine == user.image.machine else { continue }
            return LibraryClosure.Library(name: name, path: path, image: image)
        }
        return nil
    }
}

extension ELFImage {
    /// Reads a file.
    ///
    /// Blocks.
    ///
    /// - Throws: ``ELFImage/Failure``, or the system's error for a file that cannot be read.
    public init(file path: String) throws {
        let data = try Data(contentsOf: URL(filePath: path), options: .mappedIfSafe)
        self = try data.withUnsafeBytes { try ELFImage($0) }
    }
}
