// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import EventLoop
import HTTP1
import HTTPServer

/// Results that runtimes post as a stream
/// (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming).
extension ExecutionPool {
    /// `POST /runtime/invocation/{id}/response` with a `Lambda-Runtime-Function-Response-Mode`; the machine has allowed
    /// it.
    func streamPosted(
        to environment: ExecutionEnvironment, requestID: Substring, mode: String, _ request: HTTPRequest
    ) async -> HTTPResponse {
        guard mode == StreamedPost.mode else {
            if let assignment = environment.machine.responseRefused() { answer(assignment.work, .responseModeInvalid) }
            return RuntimeAPIError.invalidResponseMode.response
        }
        let type = request.headers["Content-Type"]
        do throws(RequestBodyError) {
            let (body, count): (Bytes, Int)
            if let stream = environment.machine.respondingWork?.request.stream {
                await stream.begin(contentType: type)
                count = try await forward(request.body, to: stream)
                body = Bytes()
            } else {
                body = try await request.body.collect(limit: LambdaLimits.responsePayload)
                count = body.count
            }
            let error = StreamedPost.error(in: await request.body.trailers())
            guard let assignment = environment.machine.responseEnded(requestID: requestID) else {
                return RuntimeAPIError.invalidRequestID.response
            }
            environment.responseEnded(producedBytes: count)
            if let error {
                assignment.work.answer(error, outcome: .failed)
            } else {
                assignment.work.answer(body, outcome: .succeeded, contentType: type ?? StreamedPost.defaultType)
            }
            return .accepted
        } catch {
            return await resultBroke(error, requestID: requestID, of: environment)
        }
    }

    /// Passes a body on as it arrives; returns its length at its end.
    private func forward(_ body: any RequestBody, to stream: ResponseStream) async throws(RequestBodyError) -> Int {
        var pacing = options.pacing
        var count = 0
        while let piece = try await body.next() {
            count += piece.count
            guard count <= options.streamedResponseLimit else {
                throw .tooLarge(limit: options.streamedResponseLimit)
            }
            await stream.write(piece)
            if let pause = pacing.pause(after: piece.count, at: .now) { try? await loop.sleep(for: pause) }
        }
        return count
    }
}

/// The words of a streamed result.
enum StreamedPost {
    static let modeHeader = "Lambda-Runtime-Function-Response-Mode"
    static let mode = "streaming"
    /// What a stream is that its runtime has given no type.
    static let defaultType = "application/octet-stream"

    /// The error that a runtime reports behind the last byte: its body, which the trailer has as base64.
    ///
    /// Without a body the error's type alone makes one.
    static func error(in trailers: HTTPHeaders) -> Bytes? {
        let type = trailers[RuntimeErrorType.header] ?? ""
        let body = trailers["Lambda-Runtime-Function-Error-Body"] ?? ""
        guard body.isEmpty else { return Base64.decode(body).map { Bytes($0) } ?? Bytes(body) }
        guard !type.isEmpty else { return nil }
        var json = JSONObjectWriter()
        json.add("errorType", type)
        return Bytes(json.finish())
    }
}
