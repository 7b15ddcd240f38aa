// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc

/// What the commands say to people and to programs: results on the standard output, everything else on the other.
enum Console {
    static func output(_ text: String) {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }

    static func note(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }

    /// Whether colours are wanted: on a terminal, unless `NO_COLOR` is set (https://no-color.org).
    static var hasColours: Bool {
        let variables = ProcessInfo.processInfo.environment
        return isatty(STDOUT_FILENO) == 1 && (variables["NO_COLOR"] ?? "").isEmpty && variables["TERM"] != "dumb"
    }

    enum Colour: String {
        case red = "31"
        case green = "32"
        case yellow = "33"
        case dim = "2"
        case bold = "1"
    }

    static func coloured(_ text: String, _ colour: Colour) -> String {
        hasColours ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }
}
