// SPDX-License-Identifier: Apache-2.0
import Buffers
import FoundationEssentials

/// Any handler, seen as what the loop needs of it.
enum LoadedHandler: Sendable {
    case buffered(PayloadHandler)
    case streaming(StreamingPayloadHandler)
}

/// A handler whose result is there as a whole: bytes in, bytes out.
struct PayloadHandler: Sendable {
    let invoke: @Sendable (Bytes, LambdaContext) async throws -> Bytes

    init(raw handler: some RawLambdaHandler) {
        invoke = { try await handler.handle($0, context: $1) }
    }

    init<Handler: LambdaHandler>(_ handler: Handler) {
        let decoder = JSONDecoder()
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        invoke = { payload, context in
            let event = try decoder.event(Handler.Event.self, from: payload)
            return try encoder.result(try await handler.handle(event, context: context))
        }
    }
}

/// A handler that writes its result in pieces.
struct StreamingPayloadHandler: Sendable {
    let invoke: @Sendable (Bytes, ResponseWriter, LambdaContext) async throws -> Void

    init<Handler: StreamingLambdaHandler>(_ handler: Handler) {
        let decoder = JSONDecoder()
        invoke = { payload, response, context in
            let event = try decoder.event(Handler.Event.self, from: payload)
            try await handler.handle(event, response: response, context: context)
        }
    }
}

extension JSONDecoder {
    /// An event that is not what the handler expects is an error of the invocation, under the name that AWS's own
    /// runtimes use for it.
    fileprivate func event<Event: Decodable>(_ type: Event.Type, from payload: Bytes) throws(FunctionError) -> Event {
        do {
            return try decode(type, from: payload.data)
        } catch {
            throw FunctionError(type: "Runtime.UnmarshalError", message: "Unable to unmarshal input: \(error)")
        }
    }
}

extension JSONEncoder {
    fileprivate func result(_ output: some Encodable) throws(FunctionError) -> Bytes {
        do {
            return Bytes(try encode(output))
        } catch {
            throw FunctionError(type: "Runtime.MarshalError", message: "Unable to marshal response: \(error)")
        }
    }
}

extension Bytes {
    /// A copy as `Data`.
    var data: Data { withUnsafeBytes { Data($0) } }
}
