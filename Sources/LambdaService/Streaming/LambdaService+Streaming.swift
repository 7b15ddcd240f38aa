// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import EventLoop
import ServiceProtocols

extension LambdaService {
    /// An invocation whose result goes on as the function writes it.
    struct StreamedAnswer: Sendable {
        /// What is known of the result when the caller is answered.
        enum Body: Sendable {
            /// The runtime posted it in one piece, or it is an error.
            case whole(ExecutionResult)
            /// Its first piece is there.
            case streamed(StreamedResult, contentType: String?)
        }

        var requestID: String
        /// `$LATEST` or a number.
        var executedVersion: String
        var traceHeader: String
        var body: Body
    }

    /// Runs a function; returns when the first piece of its result is there, or all of one that is not streamed.
    ///
    /// - Throws: the error that InvokeWithResponseStream answers with.
    func stream(
        _ invocation: Invocation, requestID: String, wantsLog: Bool
    ) async throws(AWSError) -> StreamedAnswer {
        let stream = ResponseStream(loop: loop)
        let held = StreamedResult(stream, loop: loop)
        let (request, version) = try synchronousRequest(
            invocation, requestID: requestID, wantsLog: wantsLog, stream: stream)
        loop.spawn { [pool] in await stream.finish(await pool.run(request, on: version)) }
        let body: StreamedAnswer.Body =
            switch await stream.beginning() {
            case .whole(let outcome): .whole(try Self.result(of: outcome))
            case .streamed(let type): .streamed(held, contentType: type)
            }
        return StreamedAnswer(
            requestID: requestID, executedVersion: version.version, traceHeader: request.traceHeader, body: body)
    }
}
