// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc

/// What the commands say to people and to programs: results on the standard output, everything else on the other.
enum Console {
    static func output(_ text: String) {
        write(Data((text + "\n").utf8), to: .standardOutput)
    }

    /// Says something by the way; it is left out when nobody reads, since the loop must not wait for a reader.
    static func note(_ text: String) {
        var state = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
        guard poll(&state, 1, 0) == 1 else { return }
        // What a transient line has left is erased.
        let erasure = isatty(STDERR_FILENO) == 1 ? "\u{1B}[K" : ""
        write(Data((erasure + text + "\n").utf8), to: .standardError)
    }

    /// Shows how far something is, on a terminal only: the next line takes its place.
    static func transient(_ text: String) {
        guard isatty(STDERR_FILENO) == 1 else { return }
        write(Data("\u{1B}[K\(text.prefix(78))\r".utf8), to: .standardError)
    }

    /// Writes what is no line.
    static func write(_ data: Data, to handle: FileHandle) {
        // A reader that has gone, `| head` say, is no reason to leave processes behind.
        try? handle.write(contentsOf: data)
    }

    /// Whether colours are wanted: on a terminal, unless `NO_COLOR` is set (https://no-color.org).
    static func hasColours(on output: Int32) -> Bool {
        let variables = ProcessInfo.processInfo.environment
        return isatty(output) == 1 && (variables["NO_COLOR"] ?? "").isEmpty && variables["TERM"] != "dumb"
    }

    /// How many columns the terminal has; nil where the standard output is none.
    static var width: Int? {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    enum Colour: String {
        case red = "31"
        case green = "32"
        case yellow = "33"
        case dim = "2"
        case bold = "1"
    }

    /// - Parameter output: where the text is written: the standard output or the other one.
    static func coloured(_ text: String, _ colour: Colour, on output: Int32 = STDOUT_FILENO) -> String {
        hasColours(on: output) ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }
}
