// SPDX-License-Identifier: Apache-2.0
import Buffers

/// A handler that is made when it is needed; an executable may have several, by name.
public struct RegisteredHandler: Sendable {
    let make: @Sendable () async throws -> LoadedHandler

    /// A handler whose event and result are JSON.
    ///
    /// - Parameter make: called once, before the first event, and only if `_HANDLER` asks for this handler; what it
    ///   throws is an error of the initialization.
    public static func handler<Handler: LambdaHandler>(
        _ make: @escaping @Sendable () async throws -> Handler
    ) -> RegisteredHandler {
        RegisteredHandler { .buffered(PayloadHandler(try await make())) }
    }

    /// A handler that takes and gives bytes.
    ///
    /// - Parameter make: called once, before the first event, and only if `_HANDLER` asks for this handler; what it
    ///   throws is an error of the initialization.
    public static func raw<Handler: RawLambdaHandler>(
        _ make: @escaping @Sendable () async throws -> Handler
    ) -> RegisteredHandler {
        RegisteredHandler { .buffered(PayloadHandler(raw: try await make())) }
    }

    /// A handler that writes its response in pieces.
    ///
    /// - Parameter make: called once, before the first event, and only if `_HANDLER` asks for this handler; what it
    ///   throws is an error of the initialization.
    public static func streaming<Handler: StreamingLambdaHandler>(
        _ make: @escaping @Sendable () async throws -> Handler
    ) -> RegisteredHandler {
        RegisteredHandler { .streaming(StreamingPayloadHandler(try await make())) }
    }
}

/// The handlers of an executable.
struct HandlerRegistry: Sendable {
    private enum Choice {
        case only(RegisteredHandler)
        case named([String: RegisteredHandler])
    }

    private let choice: Choice

    /// One handler, for any name.
    init(_ handler: RegisteredHandler) {
        choice = .only(handler)
    }

    init(named handlers: [String: RegisteredHandler]) {
        choice = .named(handlers)
    }

    /// The handler that `_HANDLER` asks for.
    func handler(for name: String?) throws(FunctionError) -> RegisteredHandler {
        switch choice {
        case .only(let handler): return handler
        case .named(let handlers):
            if let name, let handler = handlers[name] { return handler }
            let wanted = name.map { "There is no handler \"\($0)\"" } ?? "_HANDLER names no handler"
            let known = handlers.keys.sorted().map { "\"\($0)\"" }.joined(separator: ", ")
            throw FunctionError(type: "Runtime.NoSuchHandler", message: "\(wanted). This executable has: \(known)")
        }
    }
}
