// SPDX-License-Identifier: Apache-2.0
public import Buffers

/// Runs a function: gets events from Lambda's Runtime API, hands them to the handler, posts what it gives.
///
/// ```swift
/// @main struct Greeter: LambdaHandler {
///     func handle(_ event: Greeting, context: LambdaContext) async throws -> String { "Hello \(event.name)" }
///     static func main() async { await LambdaRuntime.run(Greeter()) }
/// }
/// ```
///
/// `run` never returns. It ends the process with status 0 on SIGTERM, and with 1 and a line on standard error when the
/// Runtime API is lost. A handler that cannot be made is reported as an error of the initialization.
///
/// Everything happens on the main actor: the thread waits for the next event, calls the handler and posts the result,
/// and a handler that never suspends costs no change of thread. While no event is there nothing else runs on the main
/// actor, as in Lambda, which freezes the whole process then.
public enum LambdaRuntime {
    /// Runs a handler, whatever `_HANDLER` says.
    @MainActor public static func run(_ handler: some LambdaHandler) async -> Never {
        await serve(HandlerRegistry(.handler { handler }))
    }

    /// Runs a handler that takes and gives bytes.
    @MainActor public static func run(raw handler: some RawLambdaHandler) async -> Never {
        await serve(HandlerRegistry(.raw { handler }))
    }

    /// Runs the handler that `make` returns; what it throws is an error of the initialization.
    @MainActor public static func run<Handler: LambdaHandler>(
        _ make: @escaping @Sendable () async throws -> Handler
    ) async -> Never {
        await serve(HandlerRegistry(.handler(make)))
    }

    /// Runs the raw handler that `make` returns; what it throws is an error of the initialization.
    @MainActor public static func run<Handler: RawLambdaHandler>(
        raw make: @escaping @Sendable () async throws -> Handler
    ) async -> Never {
        await serve(HandlerRegistry(.raw(make)))
    }

    /// Runs a handler that writes its response in pieces.
    @MainActor public static func run(streaming handler: some StreamingLambdaHandler) async -> Never {
        await serve(HandlerRegistry(.streaming { handler }))
    }

    /// Runs the streaming handler that `make` returns; what it throws is an error of the initialization.
    @MainActor public static func run<Handler: StreamingLambdaHandler>(
        streaming make: @escaping @Sendable () async throws -> Handler
    ) async -> Never {
        await serve(HandlerRegistry(.streaming(make)))
    }

    /// Runs a closure that writes its response in pieces.
    @MainActor public static func run<Event: Decodable & Sendable>(
        streaming body: @escaping @Sendable (Event, ResponseWriter, LambdaContext) async throws -> Void
    ) async -> Never {
        await run(streaming: StreamingClosureHandler(body: body))
    }

    /// Runs the one of several handlers that `_HANDLER` names; another name is an error of the initialization.
    @MainActor public static func run(handlers: [String: RegisteredHandler]) async -> Never {
        await serve(HandlerRegistry(named: handlers))
    }

    /// Runs a closure as the function.
    @MainActor public static func run<Event: Decodable & Sendable, Output: Encodable & Sendable>(
        _ body: @escaping @Sendable (Event, LambdaContext) async throws -> Output
    ) async -> Never {
        await run(ClosureHandler(body: body))
    }

    /// Runs a closure that returns nothing; the result of the function is `null`.
    @MainActor public static func run<Event: Decodable & Sendable>(
        _ body: @escaping @Sendable (Event, LambdaContext) async throws -> Void
    ) async -> Never {
        await run(
            ClosureHandler { (event: Event, context) in
                try await body(event, context)
                return Empty()
            })
    }

    /// Runs a closure that takes and gives bytes.
    @MainActor public static func run(
        raw body: @escaping @Sendable (Bytes, LambdaContext) async throws -> Bytes
    ) async -> Never {
        await run(raw: RawClosureHandler(body: body))
    }

    @MainActor private static func serve(_ registry: HandlerRegistry) async -> Never {
        BootstrapProcess.prepare()
        let loop = RuntimeLoop(environment: .current, registry: registry, effects: BootstrapProcess.effects)
        BootstrapProcess.exit(await loop.run())
    }
}

struct ClosureHandler<Event: Decodable & Sendable, Output: Encodable & Sendable>: LambdaHandler {
    let body: @Sendable (Event, LambdaContext) async throws -> Output

    func handle(_ event: Event, context: LambdaContext) async throws -> Output {
        try await body(event, context)
    }
}

struct RawClosureHandler: RawLambdaHandler {
    let body: @Sendable (Bytes, LambdaContext) async throws -> Bytes

    func handle(_ event: Bytes, context: LambdaContext) async throws -> Bytes {
        try await body(event, context)
    }
}
