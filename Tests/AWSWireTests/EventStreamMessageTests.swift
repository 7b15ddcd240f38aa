// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Testing

@Suite("Event stream messages")
struct EventStreamMessageTests {
    private func encoded(_ headers: [(name: String, value: String)], _ payload: String) -> String {
        let payload = Array(payload.utf8)
        let message = payload.withUnsafeBytes { EventStreamMessage(headers: headers, payload: $0) }
        return Hex.encode(message.head + payload + message.tail)
    }

    // The first two are test vectors of AWS's SDKs (aws-c-event-stream, tests); the third was read back with botocore.
    @Test("Messages are those of AWS's own encoders")
    func vectors() {
        #expect(encoded([], "") == "000000100000000005c248eb7d98c8ff")
        #expect(encoded([], "{'foo':'bar'}") == "0000001d00000000fd528c5a7b27666f6f273a27626172277dc3653936")
        #expect(
            encoded([(":event-type", "PayloadChunk")], "hi")
                == "0000002d0000001bd616fd300b3a6576656e742d7479706507000c5061796c6f61644368756e6b68"
                + "6958c76727")
    }

    @Test("An event has the headers that AWS gives it, in AWS's order")
    func event() {
        let message = EventStreamMessage.event(
            "PayloadChunk", contentType: "text/plain", payload: UnsafeRawBufferPointer(start: nil, count: 0))
        let text = String(decoding: message.head.dropFirst(12), as: UTF8.self)
        let names = [":event-type", ":content-type", ":message-type"].compactMap {
            text.firstRange(of: $0)?.lowerBound
        }
        #expect(names.count == 3 && names == names.sorted())
        #expect(text.hasSuffix("event"))
    }
}
