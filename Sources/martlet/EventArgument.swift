// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Buffers
import Foundation

/// An event as a command is given it: JSON itself, the name of a file, or `-` for the standard input.
enum EventArgument {
    /// - Throws: `ValidationError` for a file that cannot be read.
    static func read(_ argument: String?) throws -> Bytes {
        switch argument {
        case nil: return "{}"
        case "-": return Bytes(FileHandle.standardInput.readDataToEndOfFile())
        case let text? where text.first.map("{[\"".contains) == true: return Bytes(text)
        case let path?:
            // Not by its size: it may be a pipe.
            guard let file = FileHandle(forReadingAtPath: path), let data = try? file.readToEnd() ?? Data() else {
                throw ValidationError(
                    "Cannot read the event \(path). Name a file with JSON, give the JSON itself, or - for the standard input."
                )
            }
            return Bytes(data)
        }
    }
}
