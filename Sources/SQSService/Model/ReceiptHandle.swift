// SPDX-License-Identifier: Apache-2.0
import AWSWire

/// What a receiver is given to act on a message: opaque to it, another one for each receive.
struct ReceiptHandle: Equatable {
    /// The number of the queue that handed it out.
    var queue: Int64
    /// The message.
    var sequence: Int64
    /// Which receive of the message it was.
    var receive: Int

    init(queue: Int64, sequence: Int64, receive: Int) {
        (self.queue, self.sequence, self.receive) = (queue, sequence, receive)
    }

    /// - Throws: `ReceiptHandleIsInvalid` for what was never handed out.
    init(_ text: String) throws(AWSError) {
        let parts = (Base64.decode(text) ?? []).split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Int64(String(decoding: $0, as: UTF8.self)) }
        guard parts.count == 3, numbers.count == 3, let receive = Int(exactly: numbers[2]) else {
            throw SQSError.badHandle(text)
        }
        self.init(queue: numbers[0], sequence: numbers[1], receive: receive)
        guard self.text == text else { throw SQSError.badHandle(text) }
    }

    var text: String { Base64.encode("\(queue) \(sequence) \(receive)".utf8) }
}
