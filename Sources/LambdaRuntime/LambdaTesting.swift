// SPDX-License-Identifier: Apache-2.0
public import Buffers
import Glibc

/// Runs handlers in memory, for their tests.
public enum LambdaTesting {
    /// A context as an invocation would have it.
    ///
    /// - Parameter timeout: how far away the deadline is.
    public static func context(
        requestID: String = "00000000-0000-4000-8000-000000000000", functionName: String = "test",
        timeout: Duration = .seconds(3), traceID: String? = nil
    ) -> LambdaContext {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let deadline =
            Int64(now.tv_sec) * 1000 + Int64(timeout.components.seconds) * 1000
            + timeout.components.attoseconds / 1_000_000_000_000_000
        let arn = "arn:aws:lambda:us-east-1:000000000000:function:\(functionName)"
        return LambdaContext(
            details: InvocationDetails(
                requestID: requestID, invokedFunctionARN: arn, deadline: deadline, traceID: traceID),
            function: RuntimeEnvironment(["AWS_LAMBDA_FUNCTION_NAME": functionName]))
    }

    /// Hands a handler an event as JSON.
    ///
    /// - Returns: what would be posted: the result, or the JSON object of an error and true.
    public static func invoke(
        _ handler: some LambdaHandler, json event: Bytes, context: LambdaContext = context()
    ) async -> (payload: Bytes, isError: Bool) {
        do {
            return (try await PayloadHandler(handler).invoke(event, context), false)
        } catch {
            return (FunctionError(error).json, true)
        }
    }

    /// What a streaming handler gave.
    public struct StreamedResult: Sendable {
        /// The type of the bytes; nil when the response never began.
        public var contentType: String?
        /// The pieces as they were written; for a response to an HTTP request its prelude comes first.
        public var pieces: [Bytes] = []
        /// The JSON object of the error with which the response broke off, or which came in its place; nil without.
        public var error: Bytes?
    }

    /// Hands a streaming handler an event as JSON.
    public static func stream(
        _ handler: some StreamingLambdaHandler, json event: Bytes, context: LambdaContext = context()
    ) async -> StreamedResult {
        let collected = CollectedResponse()
        let response = ResponseWriter(to: context.requestID, collected)
        var failure: FunctionError?
        do {
            try await StreamingPayloadHandler(handler).invoke(event, response, context)
        } catch {
            failure = FunctionError(error)
        }
        _ = response.finish()
        var result = collected.result
        result.error = failure?.json
        return result
    }
}

/// Keeps a response for the test that looks at it.
private final class CollectedResponse: ResponseSink {
    private(set) var result = LambdaTesting.StreamedResult()

    func beginResponse(to requestID: String, contentType: String, first: Bytes) {
        result.contentType = contentType
        if !first.isEmpty { result.pieces.append(first) }
    }

    func writeResponse(_ piece: Bytes) { result.pieces.append(piece) }
}
