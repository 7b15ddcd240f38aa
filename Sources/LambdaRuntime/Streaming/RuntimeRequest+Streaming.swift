// SPDX-License-Identifier: Apache-2.0
import Buffers
import FoundationEssentials

/// A response as it goes over the wire in pieces
/// (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming).
extension RuntimeRequest {
    /// The longest message in a trailer, in bytes of UTF-8: trailers are read whole, like headers.
    static let trailerMessageLimit = 8 * 1024

    private static let errorType = "Lambda-Runtime-Function-Error-Type"
    private static let errorBody = "Lambda-Runtime-Function-Error-Body"

    /// `POST /runtime/invocation/{id}/response`, whose body follows in chunks.
    mutating func writeStreamHead(to requestID: String, contentType: String) {
        begin("POST", "invocation/", requestID, "/response")
        append("Content-Type: \(contentType)\r\nLambda-Runtime-Function-Response-Mode: streaming\r\n")
        append("Transfer-Encoding: chunked\r\nTrailer: \(Self.errorType), \(Self.errorBody)\r\n\r\n")
    }

    /// Adds a chunk; an empty one, which would be the end, is none.
    ///
    /// - Returns: the rest of it, to be sent after ``text``.
    mutating func addChunk(_ bytes: Bytes) -> Bytes {
        guard !bytes.isEmpty else { return bytes }
        append("\(String(bytes.count, radix: 16))\r\n")
        guard bytes.count <= Self.inlineBodyLimit else { return bytes }
        append(bytes)
        append("\r\n")
        return Bytes()
    }

    /// Everything was sent; a chunk that went out apart from ``text`` still has no line end.
    mutating func clear(insideChunk: Bool) {
        clear()
        if insideChunk { append("\r\n") }
    }

    /// Adds the end of the chunks, with trailers when there is an error.
    mutating func addStreamEnd(_ error: FunctionError?) {
        append("0\r\n")
        if let error {
            let told = FunctionError(type: error.type, message: error.message.bounded(toUTF8: Self.trailerMessageLimit))
            append("\(Self.errorType): \(error.headerValue)\r\n")
            append("\(Self.errorBody): \(told.json.data.base64EncodedString())\r\n")
        }
        append("\r\n")
    }
}
