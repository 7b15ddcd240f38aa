// SPDX-License-Identifier: Apache-2.0

/// Splits a stream into lines, without keeping more than one of them.
struct LineReader: Sendable {
    struct TooLong: Error {}

    private let limit: Int
    private var bytes: [UInt8] = []
    private(set) var line = 1

    init(limit: Int) {
        self.limit = limit
    }

    /// - Parameter emit: takes a line without its end, and its number.
    mutating func take(_ bytes: some Sequence<UInt8>, _ emit: ([UInt8], Int) -> Void) throws(TooLong) {
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                end(emit)
                line += 1
            } else {
                guard self.bytes.count < limit else { throw TooLong() }
                self.bytes.append(byte)
            }
        }
    }

    /// The end of the stream.
    mutating func finish(_ emit: ([UInt8], Int) -> Void) {
        if !bytes.isEmpty { end(emit) }
    }

    private mutating func end(_ emit: ([UInt8], Int) -> Void) {
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        emit(bytes, line)
        bytes.removeAll(keepingCapacity: true)
    }
}
