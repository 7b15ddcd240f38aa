// SPDX-License-Identifier: Apache-2.0
import Buffers
import HTTP1
import HTTPServer
import ProxyIntegration

extension ExecutionResult {
    /// What a function URL answers with a result that is there as a whole; nil when it stands for no response.
    var response: HTTPResponse? {
        guard contentType == IntegrationPrelude.contentType else {
            return ProxyResponse.response(for: payload, defaultContentType: "application/json")
        }
        var prelude = IntegrationPrelude()
        guard case .complete(var response, let body) = prelude.append(payload) else { return nil }
        response.body = .bytes(body)
        return response
    }
}

extension LambdaService.StreamedAnswer {
    /// What a function URL answers with a result that goes on as it is written.
    ///
    /// A result that a function gives as a whole is not read here: AWS passes it on as it is.
    ///
    /// - Returns: nil when the function failed before its first byte, or wrote no prelude where it announced one.
    func response() async -> HTTPResponse? {
        switch body {
        case .whole(let result):
            guard !result.isError else { return nil }
            return HTTPResponse(status: 200, headers: ["content-type": "application/json"], body: result.payload)
        case .streamed(let held, IntegrationPrelude.contentType?):
            var prelude = IntegrationPrelude()
            while let piece = await held.stream.next() {
                switch prelude.append(piece) {
                case .incomplete: continue
                case .malformed: return nil
                case .complete(var response, let first):
                    response.body = Self.stream(held, beginningWith: first)
                    return response
                }
            }
            return nil
        case .streamed(let held, let contentType):
            return HTTPResponse(
                status: 200, headers: ["content-type": contentType ?? StreamedPost.defaultType],
                stream: Self.stream(held, beginningWith: Bytes()))
        }
    }

    /// The rest of a stream; one that ends with an error ends the connection, so that nobody takes the part for all.
    private static func stream(_ held: StreamedResult, beginningWith first: Bytes) -> HTTPResponse.Body {
        .stream(length: nil) { writer in
            try await writer.write(first)
            while let piece = await held.stream.next() { try await writer.write(piece) }
            guard try !LambdaService.result(of: await held.stream.end).isError else {
                throw FunctionURLError.functionFailed
            }
        }
    }
}
