// SPDX-License-Identifier: Apache-2.0

/// The frame of one message of `application/vnd.amazon.eventstream`: what stands before its payload, and behind it.
///
/// Shape: https://smithy.io/2.0/aws/amazon-eventstream.html. A message is its length and the length of its headers with a
/// CRC-32 over both, the headers, the payload, and a CRC-32 over all of that; numbers are big-endian.
public struct EventStreamMessage: Sendable {
    /// What is sent before the payload.
    public let head: [UInt8]
    /// What is sent behind the payload.
    public let tail: [UInt8]

    /// The longest payload that a message may have, in bytes: 16 MiB.
    public static let payloadLimit = 16 << 20

    /// Frames a payload that the caller sends between the two parts.
    ///
    /// - Parameters:
    ///   - headers: names of at most 255 bytes, values of at most 65,535; all are of the type string.
    ///   - payload: at most ``payloadLimit`` bytes.
    public init(headers: [(name: String, value: String)], payload: UnsafeRawBufferPointer) {
        var fields: [UInt8] = []
        for (name, value) in headers {
            fields.append(UInt8(name.utf8.count))
            fields.append(contentsOf: name.utf8)
            fields.append(Self.stringType)
            fields.append(bigEndian: UInt16(value.utf8.count))
            fields.append(contentsOf: value.utf8)
        }
        var head: [UInt8] = []
        head.append(bigEndian: UInt32(Self.frameLength + fields.count + payload.count))
        head.append(bigEndian: UInt32(fields.count))
        head.append(contentsOf: Self.crc(head))
        head.append(contentsOf: fields)
        var crc = CRC(.crc32)
        head.withUnsafeBytes { crc.update($0) }
        crc.update(payload)
        self.head = head
        tail = crc.value
    }

    /// One event of a stream: the headers that AWS gives each, in AWS's order.
    ///
    /// - Parameters:
    ///   - type: the event's name in the service's model, `PayloadChunk` say.
    ///   - contentType: of the payload.
    public static func event(
        _ type: String, contentType: String, payload: UnsafeRawBufferPointer
    ) -> EventStreamMessage {
        EventStreamMessage(
            headers: [(":event-type", type), (":content-type", contentType), (":message-type", "event")],
            payload: payload)
    }

    private static let stringType: UInt8 = 7
    /// Two lengths and two checks.
    private static let frameLength = 16

    private static func crc(_ bytes: [UInt8]) -> [UInt8] {
        var crc = CRC(.crc32)
        bytes.withUnsafeBytes { crc.update($0) }
        return crc.value
    }
}

extension [UInt8] {
    fileprivate mutating func append(bigEndian number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }
}
