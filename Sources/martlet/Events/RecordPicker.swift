// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Journal
import ServiceProtocols

/// A list on a terminal to pick a record from: arrows move, typing searches, Enter shows the record, where `r` runs it
/// again, Tab its tree.
struct RecordPicker {
    private enum Key {
        case up, down, pageUp, pageDown, enter, tab, backspace, escape
        case text(Character)
    }

    /// Whether somebody sits at a terminal.
    static var isPossible: Bool {
        isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
            && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    }

    private let records: [JournalRecord]
    private let source: any RecordSource
    private var search = ""
    private var selected = 0
    /// The first line that is seen.
    private var top = 0

    init(_ records: [JournalRecord], _ source: any RecordSource) {
        self.records = records
        self.source = source
    }

    func run() throws {
        var picker = self
        let terminal = RawTerminal()
        // Another screen: what was there comes back.
        terminal.write("\u{1B}[?1049h\u{1B}[?25l")
        defer {
            terminal.write("\u{1B}[?25h\u{1B}[?1049l")
            terminal.restore()
        }
        picker.draw(terminal)
        while let key = picker.readKey(terminal) {
            guard try picker.handle(key, terminal) else { return }
            picker.draw(terminal)
        }
    }

    /// - Returns: whether to go on.
    private mutating func handle(_ key: Key, _ terminal: RawTerminal) throws -> Bool {
        let shown = shown
        switch key {
        case .up: selected -= 1
        case .down: selected += 1
        case .pageUp: selected -= terminal.rows - 2
        case .pageDown: selected += terminal.rows - 2
        case .backspace: if !search.isEmpty { search.removeLast() }
        case .text(let character): search.append(character)
        case .escape:
            if search.isEmpty { return false }
            search = ""
        case .enter:
            guard shown.indices.contains(selected) else { break }
            let record = try source.record("\(shown[selected].id)") ?? shown[selected]
            var last = page(RecordDetails(record).text, terminal, help: "r runs it again, ")
            while case .text("r")? = last { last = page(replayed(record), terminal, help: "r runs it again, ") }
        case .tab:
            guard shown.indices.contains(selected) else { break }
            let related = try source.related(to: "\(shown[selected].id)")
            page(RecordTreeText(RecordTree(related)).text, terminal)
        }
        selected = max(0, min(selected, self.shown.count - 1))
        return true
    }

    private func replayed(_ record: JournalRecord) -> String {
        do {
            return ReplayedRecord(result: try source.replay(record.id)).text
        } catch {
            return "\(error)"
        }
    }

    private var shown: [JournalRecord] {
        guard !search.isEmpty else { return records }
        return records.filter { RecordSummary($0).line.localizedCaseInsensitiveContains(search) }
    }

    // MARK: Drawing

    private mutating func draw(_ terminal: RawTerminal) {
        let shown = shown
        let height = max(1, terminal.rows - 1)
        top = max(min(top, selected), selected - height + 1, 0)
        var screen = "\u{1B}[H"
        for line in top..<(top + height) {
            if shown.indices.contains(line) {
                let text = RecordSummary(shown[line]).line
                let cut = Self.cut(text, to: terminal.columns)
                screen += line == selected ? "\u{1B}[7m\(Self.plain(cut))\u{1B}[0m" : cut
            }
            screen += "\u{1B}[K\r\n"
        }
        let help = "\(shown.count) of \(records.count)  Enter shows, Tab its tree, type to search, Esc ends"
        let foot = search.isEmpty ? help : "search: \(search)"
        screen += "\u{1B}[2m\(foot.prefix(terminal.columns))\u{1B}[0m\u{1B}[K"
        terminal.write(screen)
    }

    /// Shows a text until a key is pressed; arrows move in it.
    ///
    /// - Returns: the key; nil at the end of the input.
    @discardableResult
    private func page(_ text: String, _ terminal: RawTerminal, help: String = "") -> Key? {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var top = 0
        while true {
            let height = max(1, terminal.rows - 1)
            top = max(0, min(top, lines.count - height))
            var screen = "\u{1B}[H"
            for line in top..<(top + height) {
                if lines.indices.contains(line) { screen += Self.cut(lines[line], to: terminal.columns) }
                screen += "\u{1B}[K\r\n"
            }
            terminal.write(screen + "\u{1B}[2m\(help)arrows move, any other key goes back\u{1B}[0m\u{1B}[K")
            let key = readKey(terminal)
            switch key {
            case .up: top -= 1
            case .down: top += 1
            case .pageUp: top -= height
            case .pageDown: top += height
            default: return key
            }
        }
    }

    /// As much as fits, colours not counted.
    private static func cut(_ text: String, to columns: Int) -> String {
        plain(text).count <= columns ? text : String(plain(text).prefix(columns))
    }

    private static func plain(_ text: String) -> String {
        text.replacing(/\u{1B}\[[0-9;]*m/, with: "")
    }

    // MARK: Keys

    /// Nil at the end of the input, and for Ctrl-C.
    private func readKey(_ terminal: RawTerminal) -> Key? {
        while let byte = terminal.readByte() {
            switch byte {
            case 3, 4: return nil
            case 9: return .tab
            case 10, 13: return .enter
            case 8, 127: return .backspace
            case 27: if let key = escapeSequence(terminal) { return key }
            case 32..<127: return .text(Character(Unicode.Scalar(byte)))
            default: break
            }
        }
        return nil
    }

    /// What follows an escape: an arrow, say; alone it is the key itself.
    private func escapeSequence(_ terminal: RawTerminal) -> Key? {
        guard terminal.hasMore, let first = terminal.readByte() else { return .escape }
        guard first == UInt8(ascii: "[") else {
            terminal.giveBack(first)
            return .escape
        }
        guard let byte = terminal.readByte() else { return nil }
        switch byte {
        case UInt8(ascii: "A"): return .up
        case UInt8(ascii: "B"): return .down
        case UInt8(ascii: "5"), UInt8(ascii: "6"):
            _ = terminal.readByte()
            return byte == UInt8(ascii: "5") ? .pageUp : .pageDown
        default: return nil
        }
    }
}

/// The terminal, which hands every key over at once until it is restored.
final class RawTerminal {
    private let original: termios
    /// Read and given back.
    private var pending: UInt8?

    init() {
        var state = termios()
        tcgetattr(STDIN_FILENO, &state)
        original = state
        cfmakeraw(&state)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &state)
    }

    func restore() {
        var state = original
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &state)
    }

    private var size: winsize {
        var size = winsize()
        _ = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size)
        return size
    }

    var rows: Int { size.ws_row > 1 ? Int(size.ws_row) : 24 }
    var columns: Int { size.ws_col > 0 ? Int(size.ws_col) : 80 }

    func write(_ text: String) { Console.write(Data(text.utf8), to: .standardOutput) }

    func readByte() -> UInt8? {
        if let pending = pending.take() { return pending }
        var byte: UInt8 = 0
        return read(STDIN_FILENO, &byte, 1) == 1 ? byte : nil
    }

    /// Has a byte read again.
    func giveBack(_ byte: UInt8) { pending = byte }

    /// Whether a byte is there already.
    var hasMore: Bool {
        var state = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        return poll(&state, 1, 25) == 1
    }
}
