// SPDX-License-Identifier: Apache-2.0

/// Makes events of the bytes of one file as they come; it keeps no more than one event and 64 KiB.
public struct EventStream: Sendable {
    /// Values beyond it are refused: an event has at most 6 MB, and an archived request its response beside it.
    static let longestValue = 64 << 20

    private enum Framing {
        /// The beginning, until it tells the format.
        case unknown([UInt8])
        case values(JSONSplitter)
        case lines(LineReader)
        /// Lines of an exported log, with the event that may go on in the next.
        case log(LineReader, LogEvent?)
    }

    private struct LogEvent {
        var moment: Int64
        var message: [UInt8]
        var line: Int
    }

    private let file: String
    private let interpreter: Interpreter
    private var framing: Framing
    private var count = 0
    /// The format of the file, as soon as it is known.
    public private(set) var format: SourceFormat?
    /// How many values and lines were read that are no events: other lines of a log, say.
    public private(set) var skipped = 0

    /// Why reading has stopped; the events before that place were handed out.
    public private(set) var failure: SourceError?

    /// A stream of which nothing has come yet.
    public init(file: String, options: SourceOptions) {
        self.file = file
        interpreter = Interpreter(options: options)
        framing = .unknown([])
    }

    /// The events that end in the next bytes; none after a ``failure``.
    public mutating func take(_ bytes: [UInt8]) -> [ForeignEvent] {
        var bytes = bytes
        if case .unknown(let before) = framing {
            bytes = before + bytes
            guard bytes.count >= FormatSniffer.prefixLength else {
                framing = .unknown(bytes)
                return []
            }
            begin(bytes)
        }
        return read(bytes, isLast: false)
    }

    /// The events that end with the file; none after a ``failure``.
    public mutating func finish() -> [ForeignEvent] {
        var bytes: [UInt8] = []
        if case .unknown(let before) = framing {
            bytes = before
            begin(bytes)
        }
        return read(bytes, isLast: true)
    }

    private mutating func begin(_ prefix: [UInt8]) {
        let sniffer = FormatSniffer(prefix, file: file, wanted: interpreter.options.format)
        format = sniffer.format
        let first = prefix.first { ![32, 9, 10, 13].contains($0) }
        let isText = first != UInt8(ascii: "{") && first != UInt8(ascii: "[")
        switch sniffer.format {
        case .jsonl, .accessLog: framing = .lines(LineReader(limit: Self.longestValue))
        case .cloudWatchLogs where isText && sniffer.path.isEmpty:
            framing = .log(LineReader(limit: Self.longestValue), nil)
        default: framing = .values(JSONSplitter(path: sniffer.path, limit: Self.longestValue))
        }
    }

    private mutating func read(_ bytes: [UInt8], isLast: Bool) -> [ForeignEvent] {
        guard failure == nil else { return [] }
        let before = framing
        // What is changed in place must not be shared.
        framing = .unknown([])
        switch before {
        case .unknown: return []
        case .values(var splitter):
            let (events, problem) = split(bytes, &splitter, isLast: isLast)
            framing = .values(splitter)
            failure = failure ?? problem
            return events
        case .lines(var reader):
            let (lines, problem) = lines(of: bytes, &reader, isLast: isLast)
            framing = .lines(reader)
            let found = events(in: lines.filter { !$0.0.isEmpty })
            failure = failure ?? problem
            return found
        case .log(var reader, var event):
            let (lines, problem) = lines(of: bytes, &reader, isLast: isLast)
            let found = join(lines, &event, isLast: isLast)
            framing = .log(reader, event)
            failure = problem
            return found
        }
    }

    private mutating func split(
        _ bytes: [UInt8], _ splitter: inout JSONSplitter, isLast: Bool
    ) -> ([ForeignEvent], SourceError?) {
        var pieces: [JSONSplitter.Piece] = []
        var failure: SourceError?
        do throws(JSONSplitter.Malformed) {
            try splitter.take(bytes) { pieces.append($0) }
            if isLast { try splitter.finish { pieces.append($0) } }
        } catch {
            failure = problem(error, line: splitter.line)
        }
        return (events(in: pieces.map { ($0.bytes, $0.line) }), failure)
    }

    /// Joins the lines of each event of a log.
    private mutating func join(
        _ lines: [([UInt8], Int)], _ event: inout LogEvent?, isLast: Bool
    ) -> [ForeignEvent] {
        var found: [ForeignEvent] = []
        for (line, number) in lines {
            if let moment = Interpreter.time(beginning: line) {
                found += events(in: event)
                let message = line.drop { $0 != UInt8(ascii: " ") }.dropFirst()
                event = LogEvent(moment: moment, message: Array(message), line: number)
            } else if let count = event?.message.count, count + line.count < Self.longestValue {
                event?.message += [UInt8(ascii: "\n")] + line
            }
        }
        if isLast {
            found += events(in: event)
            event = nil
        }
        return found
    }

    private func lines(
        of bytes: [UInt8], _ reader: inout LineReader, isLast: Bool
    ) -> ([([UInt8], Int)], SourceError?) {
        var lines: [([UInt8], Int)] = []
        do throws(LineReader.TooLong) {
            try reader.take(bytes) { lines.append(($0, $1)) }
        } catch {
            let position = SourcePosition(file: file, line: reader.line)
            return (lines, SourceError(position: position, reason: "this line is too long"))
        }
        if isLast { reader.finish { lines.append(($0, $1)) } }
        return (lines, nil)
    }

    /// The events of values up to the first that cannot be read.
    private mutating func events(in values: [([UInt8], Int)]) -> [ForeignEvent] {
        guard let format else { return [] }
        var found: [ForeignEvent] = []
        for (bytes, line) in values {
            let position = SourcePosition(file: file, line: line)
            do throws(Interpreter.Unreadable) {
                var events = try interpreter.events(in: bytes, format, index: count)
                count += 1
                if events.isEmpty { skipped += 1 }
                for index in events.indices { events[index].position = position }
                found += events
            } catch {
                failure = SourceError(position: position, reason: error.reason)
                return found
            }
        }
        return found
    }

    private mutating func events(in event: LogEvent?) -> [ForeignEvent] {
        guard let event else { return [] }
        var events = interpreter.events(
            inMessage: String(decoding: event.message, as: UTF8.self), at: event.moment)
        if events.isEmpty { skipped += 1 }
        for index in events.indices { events[index].position = SourcePosition(file: file, line: event.line) }
        return events
    }

    private func problem(_ error: JSONSplitter.Malformed, line: Int) -> SourceError {
        let reason =
            switch error {
            case .unexpected(let character): "'\(character)' is not expected here"
            case .tooLong: "this value is longer than \(Self.longestValue >> 20) MiB"
            case .cutOff: "the file ends within a value"
            }
        return SourceError(position: SourcePosition(file: file, line: line), reason: reason)
    }
}
