// SPDX-License-Identifier: Apache-2.0
import AWSWire
import ServiceProtocols

/// A named value beside a message.
struct MessageAttribute: Codable, Equatable, Sendable {
    var name: String
    /// `String`, `Number` or `Binary`, with a label of the sender's after a full stop or without.
    var type: String
    /// The text; base64 for `Binary`.
    var value: String

    var isBinary: Bool { type.hasPrefix("Binary") }

    /// The value as it is hashed and counted.
    var bytes: [UInt8] { isBinary ? Base64.decode(value) ?? [] : Array(value.utf8) }

    var size: Int { name.utf8.count + type.utf8.count + bytes.count }
}

/// A message in a queue.
struct QueuedMessage: Equatable, Sendable {
    /// Its place in the order in which messages came to this emulator.
    var sequence: Int64
    /// A lower-case UUID.
    var id: String
    var body: String
    var attributes: [MessageAttribute] = []
    var sender: String
    /// The system attribute `AWSTraceHeader`.
    var trace: String?
    var sent: Timestamp
    var receiveCount = 0
    var firstReceived: Timestamp?
    var lastReceived: Timestamp?
    /// Until when it is not handed out; nil when it can be.
    var hiddenUntil: Timestamp?
    /// The ARN of the queue that it was moved from.
    var source: String?

    /// Hidden because it was sent with a delay, not because somebody has it.
    var isDelayed: Bool { hiddenUntil != nil && receiveCount == 0 }

    /// The digest that the sender and the receiver compare.
    var bodyDigest: String { Hex.encode(Checksum.value(.md5, of: Array(body.utf8))) }
}

extension [MessageAttribute] {
    /// The digest over names, types and values in the order of the names; nil without any
    /// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html).
    var digest: String? {
        guard !isEmpty else { return nil }
        var checksum = Checksum(.md5)
        func add(_ bytes: [UInt8]) {
            let count = UInt32(truncatingIfNeeded: bytes.count)
            checksum.update([24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) })
            checksum.update(bytes)
        }
        for attribute in sorted(by: { $0.name < $1.name }) {
            add([UInt8](attribute.name.utf8))
            add([UInt8](attribute.type.utf8))
            checksum.update([attribute.isBinary ? 2 : 1])
            add(attribute.bytes)
        }
        return Hex.encode(checksum.value)
    }
}
