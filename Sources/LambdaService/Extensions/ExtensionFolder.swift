// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The `extensions` folder of a function's layers.
enum ExtensionFolder {
    /// The names of the files in it, in their order; folders are not extensions.
    ///
    /// It reads the file system, and is called off the loop. A folder that is not there has none.
    static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            var status = stat()
            guard stat("\(folder)/\(name)", &status) == 0, status.st_mode & S_IFMT != S_IFDIR else { continue }
            names.append(name)
        }
        return names.sorted()
    }
}
