// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import HTTPServer

/// The events of InvokeWithResponseStream
/// (https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStreamResponseEvent.html).
enum ResponseStreamEvents {
    static let contentType = "application/vnd.amazon.eventstream"

    /// A piece of the result.
    static func payloadChunk(_ payload: Bytes) -> Bytes {
        event("PayloadChunk", contentType: "application/octet-stream", payload)
    }

    /// The last event.
    ///
    /// AWS does not document the values of `ErrorCode`; `Unhandled` is what clients compare it with, as in Invoke.
    ///
    /// - Parameter wantsLog: whether the caller asked for the end of the log.
    static func invokeComplete(_ result: ExecutionResult, wantsLog: Bool) -> Bytes {
        var json = JSONObjectWriter()
        if result.isError {
            json.add("ErrorCode", "Unhandled")
            json.add("ErrorDetails", result.payload.string)
        }
        if wantsLog { json.add("LogResult", result.log.withUnsafeBytes { Base64.encode($0) }) }
        return event("InvokeComplete", contentType: "application/json", Bytes(json.finish()))
    }

    private static func event(_ type: String, contentType: String, _ payload: Bytes) -> Bytes {
        payload.withUnsafeBytes { payload in
            let message = EventStreamMessage.event(type, contentType: contentType, payload: payload)
            var builder = BytesBuilder(capacity: message.head.count + payload.count + message.tail.count)
            builder.append(contentsOf: message.head)
            builder.append(payload)
            builder.append(contentsOf: message.tail)
            return builder.finish()
        }
    }
}

extension LambdaService.StreamedAnswer {
    /// Writes the whole answer as events.
    ///
    /// - Throws: what the writer throws, or the error of an invocation that was given up: the stream then ends without
    ///   its last event.
    func write(to writer: any ResponseBodyWriter, wantsLog: Bool) async throws {
        let end: ExecutionResult
        switch body {
        case .whole(let result):
            if !result.isError, !result.payload.isEmpty {
                try await writer.write(ResponseStreamEvents.payloadChunk(result.payload))
            }
            end = result
        case .streamed(let held, _):
            while let piece = await held.stream.next() {
                try await writer.write(ResponseStreamEvents.payloadChunk(piece))
            }
            end = try LambdaService.result(of: await held.stream.end)
        }
        try await writer.write(ResponseStreamEvents.invokeComplete(end, wantsLog: wantsLog))
    }
}
