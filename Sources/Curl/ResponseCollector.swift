// SPDX-License-Identifier: Apache-2.0
import Buffers

/// Puts a response together in memory.
public final class ResponseCollector {
    private var head = CurlResponseHead(status: 0, headers: [])
    private var body = BytesBuilder()

    /// Creates one from its parts.
    public init() {}

    /// What feeds the collector.
    public var receiver: ResponseReceiver {
        ResponseReceiver(
            onHead: { [self] in begin($0) },
            onBody: { [self] in
                body.append($0)
                return .more
            })
    }

    /// What was received; the collector is empty afterwards.
    public var response: CurlResponse {
        var taken = BytesBuilder()
        swap(&taken, &body)
        return CurlResponse(head: head, body: taken.finish())
    }

    private func begin(_ head: CurlResponseHead) {
        self.head = head
        // A peer's claim is believed up to a size only: what is more comes in steps.
        let expected = head.value(of: "Content-Length").flatMap { Int($0) } ?? 0
        body = BytesBuilder(capacity: min(max(expected, 0), 16 << 20))
    }
}
