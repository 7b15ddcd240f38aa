// SPDX-License-Identifier: Apache-2.0

/// Lambda's limits of a deployment package
/// (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
///
/// Pure.
public enum PackageLimits {
    /// The longest zip file that is uploaded to Lambda itself, in bytes.
    public static let zipped = 52_428_800
    /// The most that a package may unpack to, in bytes.
    public static let unzipped = 262_144_000

    /// How many files a breakdown names.
    private static let named = 8

    /// Holds a package against the limits.
    ///
    /// - Throws: ``PackagingError`` with the largest files of a package that is too large.
    public static func check(_ contents: PackageContents, zipped count: Int, name: String) throws(PackagingError) {
        if contents.size >= unzipped {
            throw excess("\(name) unpacks to \(text(contents.size)); Lambda takes \(text(unzipped)).", contents)
        }
        if count >= zipped {
            throw excess("\(name) is \(text(count)) zipped; Lambda takes \(text(zipped)).", contents)
        }
    }

    private static func excess(_ words: String, _ contents: PackageContents) -> PackagingError {
        let files = contents.entries.sorted { ($1.size, $0.path) < ($0.size, $1.path) }
        let lines = files.prefix(named).map { "\n  \(text($0.size))  \($0.path)" }
        let others = files.dropFirst(named)
        let rest = others.isEmpty ? "" : "\n  \(text(others.reduce(0) { $0 + $1.size }))  \(others.count) others"
        return PackagingError("\(words) Its largest files:\(lines.joined())\(rest)")
    }

    /// A number of bytes for people: `7.2 MB`, with the megabytes of 1,048,576 bytes that Lambda counts in.
    public static func text(_ bytes: Int) -> String {
        let tenths = (bytes * 10 + (1 << 19)) >> 20
        return bytes < 1 << 20 ? "\((bytes + 1023) >> 10) KB" : "\(tenths / 10).\(tenths % 10) MB"
    }
}
