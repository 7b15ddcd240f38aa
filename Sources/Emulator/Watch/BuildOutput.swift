// SPDX-License-Identifier: Apache-2.0

/// What `swift build` says, in lines.
///
/// Pure.
struct BuildOutput {
    /// How many lines are kept to be shown when a build fails.
    static let lineLimit = 200

    private var partial: [UInt8] = []
    private(set) var lines: [String] = []

    /// Takes what was written; returns the newest line that tells how far the build is, `[12/34] Compiling Thumbnails`.
    mutating func append(_ bytes: some Sequence<UInt8>) -> String? {
        var progress: String?
        for byte in bytes {
            guard byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") else {
                partial.append(byte)
                continue
            }
            let line = String(decoding: partial, as: UTF8.self)
            partial = []
            if line.hasPrefix("["), line.contains("]") {
                progress = line
            } else if !line.isEmpty {
                lines.append(line)
                if lines.count > Self.lineLimit { lines.removeFirst() }
            }
        }
        return progress
    }

    /// What went wrong: the lines from the first error on; all lines where none is called one.
    var failure: String {
        let first = lines.firstIndex { $0.contains("error:") } ?? 0
        return lines[first...].joined(separator: "\n")
    }
}
