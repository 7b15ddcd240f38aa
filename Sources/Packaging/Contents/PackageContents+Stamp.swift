// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Foundation

extension PackageContents {
    /// A text that changes when the package would: the names of the entries, and the sizes and dates of their files.
    ///
    /// Blocks.
    ///
    /// - Throws: the system's error for a file that is not there.
    public func stamp() throws -> String {
        let lines = try entries.map { entry -> String in
            let head = "\(entry.path) \(entry.isExecutable)"
            switch entry.source {
            case .link(let target): return "\(head) -> \(target)"
            case .bytes(let bytes): return "\(head) \(Checksum.sha256Hex(bytes))"
            case .file(let path):
                let attributes = try FileManager.default.attributesOfItem(atPath: path)
                let date = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
                return "\(head) \(path) \(entry.size) \(date)"
            }
        }
        return Checksum.sha256Hex(Array(lines.joined(separator: "\n").utf8))
    }

    /// What the `bootstrap` needs of the machine that it runs on, when it is a script: the interpreter.
    ///
    /// Blocks.
    ///
    /// - Throws: ``PackagingError`` when there is no `bootstrap` that can be started.
    public func bootstrapNeeds() throws -> String? {
        guard let bootstrap = self["bootstrap"], bootstrap.isExecutable || bootstrap.source.isLink else {
            throw PackagingError(
                self["bootstrap"] == nil
                    ? "There is no bootstrap: it is the program that Lambda starts."
                    : "The bootstrap is not executable: chmod +x bootstrap.")
        }
        guard case .file(let path) = bootstrap.source, let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        let head = String(decoding: try file.read(upToCount: 256) ?? Data(), as: UTF8.self)
        guard head.hasPrefix("#!"), let line = head.dropFirst(2).split(separator: "\n").first,
            let interpreter = line.split(separator: " ").first
        else { return nil }
        return interpreter.hasPrefix("/var/task/") ? nil : String(interpreter)
    }
}

extension PackageContents.Source {
    fileprivate var isLink: Bool {
        if case .link = self { true } else { false }
    }
}
