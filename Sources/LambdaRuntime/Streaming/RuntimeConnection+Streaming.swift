// SPDX-License-Identifier: Apache-2.0
import Buffers

/// Responses in pieces, as chunks of one request.
extension RuntimeConnection: ResponseSink {
    func beginResponse(to requestID: String, contentType: String, first: Bytes) throws(RuntimeAPIError) {
        request.writeStreamHead(to: requestID, contentType: contentType)
        try writeResponse(first)
    }

    func writeResponse(_ piece: Bytes) throws(RuntimeAPIError) {
        let rest = request.addChunk(piece)
        if let failure = send(rest, on: try connected()) { throw failure }
        request.clear(insideChunk: !rest.isEmpty)
    }

    /// Ends the response, with an error when it is not whole.
    func endResponse(_ error: FunctionError?) throws(RuntimeAPIError) -> RuntimeResponse {
        request.addStreamEnd(error)
        return try exchange(body: Bytes())
    }

    /// The answer to a response that could not be sent to its end.
    func refusal(after failure: RuntimeAPIError) throws(RuntimeAPIError) -> RuntimeResponse {
        try earlyResponse(from: try connected(), after: failure)
    }
}
