// SPDX-License-Identifier: Apache-2.0

/// Takes the chunks out of an `aws-chunked` body as it arrives, in pieces of any size.
///
/// Signed (`STREAMING-AWS4-HMAC-SHA256-PAYLOAD`, with or without trailer) and unsigned bodies
/// (`STREAMING-UNSIGNED-PAYLOAD-TRAILER`) have one grammar: `size[;chunk-signature=…]` CRLF data CRLF, a chunk of
/// size 0, trailer lines, an empty line. AWS documentation: S3 API Reference, "Signature Calculations for the
/// Authorization Header: Transferring Payload in Multiple Chunks" and "… including trailing headers".
public struct AWSChunkedDecoder: Sendable {
    /// What the input holds.
    public enum Event: Sendable, Equatable {
        /// A chunk begins. The last one has size 0.
        case chunk(size: Int, signature: String?)
        /// A piece of the current chunk's data: positions in the input that was just fed.
        case data(Range<Int>)
        /// The current chunk is whole.
        case chunkEnd
        /// A trailer; the name is in lower case. `x-amz-trailer-signature` comes as one too.
        case trailer(name: String, value: String)
        /// The body is whole.
        case end
    }

    private enum State: Sendable {
        case size
        case data(remaining: Int)
        case dataEnd
        case trailers
        case done
    }

    /// The longest size line or trailer that is taken, in bytes; S3's own are shorter than 200.
    private static let longestLine = 4096
    private static let trailerLimit = 32

    private var state = State.size
    private var line: [UInt8] = []
    private var trailers = 0

    /// A decoder at the beginning of a body.
    public init() {}

    /// Whether the body came to its end.
    public var isComplete: Bool {
        if case .done = state { true } else { false }
    }

    /// Takes the next bytes.
    ///
    /// - Returns: what they hold, in order.
    /// - Throws: S3's error for bytes that are no such body. The decoder is of no use afterwards.
    public mutating func feed(_ input: UnsafeRawBufferPointer) throws(AWSError) -> [Event] {
        var events: [Event] = []
        var index = 0
        while index < input.count {
            switch state {
            case .data(let remaining):
                let taken = min(remaining, input.count - index)
                events.append(.data(index..<index + taken))
                index += taken
                state = taken == remaining ? .dataEnd : .data(remaining: remaining - taken)
                if taken == remaining { events.append(.chunkEnd) }
            case .size, .dataEnd, .trailers:
                guard let complete = try takeLine(input, &index) else { return events }
                try lineEnded(complete, &events)
            case .done:
                // Some clients end the body with one empty line more than the grammar has.
                guard input[index] == 13 || input[index] == 10 else { throw Self.malformed }
                index += 1
            }
        }
        return events
    }

    /// Takes the next bytes; positions in events are offsets from the array's beginning.
    ///
    /// - Throws: as ``feed(_:)-(UnsafeRawBufferPointer)``.
    public mutating func feed(_ input: [UInt8]) throws(AWSError) -> [Event] {
        let result = input.withUnsafeBytes { bytes in
            Result { () throws(AWSError) in try feed(bytes) }
        }
        return try result.get()
    }

    /// Checks that the input may end here.
    ///
    /// - Throws: S3's error for a body that was cut off.
    public func finish() throws(AWSError) {
        guard isComplete else {
            throw AWSError("IncompleteBody", "The request body terminated unexpectedly", status: 400)
        }
    }

    /// The line up to the next CRLF, without it; nil when its end is still to come.
    private mutating func takeLine(_ input: UnsafeRawBufferPointer, _ index: inout Int) throws(AWSError) -> [UInt8]? {
        while index < input.count {
            let byte = input[index]
            index += 1
            if byte == UInt8(ascii: "\n") {
                guard line.popLast() == UInt8(ascii: "\r") else { throw Self.malformed }
                defer { line.removeAll(keepingCapacity: true) }
                return line
            }
            guard line.count < Self.longestLine else { throw Self.malformed }
            line.append(byte)
        }
        return nil
    }

    private mutating func lineEnded(_ line: [UInt8], _ events: inout [Event]) throws(AWSError) {
        switch state {
        case .size:
            let (size, signature) = try Self.chunkHead(line)
            events.append(.chunk(size: size, signature: signature))
            if size == 0 { events.append(.chunkEnd) }
            state = size == 0 ? .trailers : .data(remaining: size)
        case .dataEnd:
            guard line.isEmpty else { throw Self.malformed }
            state = .size
        case .trailers:
            guard !line.isEmpty else {
                events.append(.end)
                state = .done
                return
            }
            trailers += 1
            guard trailers <= Self.trailerLimit else { throw Self.malformedTrailer }
            events.append(try Self.trailer(line))
        case .data, .done:
            preconditionFailure("no line is taken in \(state)")
        }
    }

    private static func chunkHead(_ line: [UInt8]) throws(AWSError) -> (size: Int, signature: String?) {
        let parts = line.split(separator: UInt8(ascii: ";"), maxSplits: 1, omittingEmptySubsequences: false)
        guard (1...15).contains(parts[0].count) else { throw malformed }
        var size = 0
        for byte in parts[0] {
            guard let digit = byte.hexDigitValue else { throw malformed }
            size = size << 4 | Int(digit)
        }
        guard parts.count == 2 else { return (size, nil) }
        let name = "chunk-signature="
        let extensionText = String(decoding: parts[1], as: UTF8.self)
        guard extensionText.hasPrefix(name) else { throw malformed }
        return (size, String(extensionText.dropFirst(name.count)))
    }

    private static func trailer(_ line: [UInt8]) throws(AWSError) -> Event {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0,
            let text = String(validating: line, as: UTF8.self)
        else { throw malformedTrailer }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        return .trailer(
            name: parts[0].trimmedASCIIWhitespace.lowercased(), value: String(parts[1].trimmedASCIIWhitespace))
    }

    private static let malformed = AWSError(
        "InvalidRequest", "The request body is not a well-formed aws-chunked encoding.", status: 400)
    private static let malformedTrailer = AWSError(
        "MalformedTrailerError",
        "The request contained trailing data that was not well-formed or did not conform to our published schema.",
        status: 400)
}
