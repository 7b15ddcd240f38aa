// SPDX-License-Identifier: Apache-2.0

/// A function that writes its response in pieces, each of which goes to the caller when it is written.
///
/// ```swift
/// @main struct Storyteller: StreamingLambdaHandler {
///     func handle(_ event: APIGatewayV2Request, response: ResponseWriter, context: LambdaContext) async throws {
///         try await response.begin(status: 200, headers: ["content-type": "text/plain"])
///         for chapter in story { try await response.write(chapter) }
///     }
///     static func main() async { await LambdaRuntime.run(streaming: Storyteller()) }
/// }
/// ```
///
/// Whoever calls it with InvokeWithResponseStream, or by a function URL of the invoke mode `RESPONSE_STREAM`, gets the
/// pieces one by one; any other caller gets them together at the end
/// (https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html).
public protocol StreamingLambdaHandler: Sendable {
    associatedtype Event: Decodable & Sendable

    /// Handles one event; the response is complete when it returns.
    ///
    /// - Throws: anything. Before the first byte was written it becomes the error of the invocation; after that the
    ///   response breaks off with it. See ``LambdaErrorConvertible``.
    func handle(_ event: Event, response: ResponseWriter, context: LambdaContext) async throws
}

struct StreamingClosureHandler<Event: Decodable & Sendable>: StreamingLambdaHandler {
    let body: @Sendable (Event, ResponseWriter, LambdaContext) async throws -> Void

    func handle(_ event: Event, response: ResponseWriter, context: LambdaContext) async throws {
        try await body(event, response, context)
    }
}
