// SPDX-License-Identifier: Apache-2.0
import Buffers
import Journal

/// Cuts a body into lines.
struct LineReader {
    let longest: Int
    private var rest: [UInt8] = []

    init(longest: Int) {
        self.longest = longest
    }

    mutating func append(_ piece: Bytes) throws(RecordQueryError) -> [Bytes] {
        var lines: [Bytes] = []
        piece.withUnsafeBytes { bytes in
            var start = 0
            while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
                rest.append(contentsOf: bytes[start..<end])
                lines.append(Bytes(rest))
                rest.removeAll(keepingCapacity: true)
                start = end + 1
            }
            rest.append(contentsOf: bytes[start...])
        }
        guard rest.count <= longest else { throw RecordQueryError("A line is longer than \(longest) bytes.") }
        return lines
    }

    /// What stands after the last line end.
    func finish() -> Bytes { Bytes(rest) }
}
