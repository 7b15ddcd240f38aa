// SPDX-License-Identifier: Apache-2.0

/// The trace header of one invocation, `Root=1-…;Parent=…;Sampled=0`
/// (https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader).
enum TraceHeader {
    /// A header that the function is given: the caller's, or a new root.
    ///
    /// Nothing is sampled: there is no X-Ray here.
    static func make(from sent: String?, seconds: Int64, _ random: inout RandomBits) -> String {
        if let sent, sent.utf8.count <= 256, sent.hasPrefix("Root=") { return sent }
        let (first, second, parent) = (random.next(), random.next(), random.next())
        return String(unsafeUninitializedCapacity: 74) { text in
            var position = 0
            func add(_ literal: StaticString) {
                for byte in UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount) {
                    text[position] = byte
                    position += 1
                }
            }
            func add(_ bits: UInt64, digits: Int) {
                for digit in (0..<digits).reversed() {
                    text[position] = hexDigit(bits >> UInt64(4 * digit))
                    position += 1
                }
            }
            add("Root=1-")
            add(UInt64(truncatingIfNeeded: seconds), digits: 8)
            add("-")
            add(first, digits: 8)
            add(second, digits: 16)
            add(";Parent=")
            add(parent, digits: 16)
            add(";Sampled=0")
            return position
        }
    }
}
