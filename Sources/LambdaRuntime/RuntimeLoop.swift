// SPDX-License-Identifier: Apache-2.0
import Buffers
import Curl

/// How a bootstrap ends: a status for `exit`, and what to say on standard error.
struct RuntimeEnd: Error, Equatable {
    let status: Int32
    let message: String
}

/// What the loop does to its process around an invocation; nothing in tests, where several loops share one.
struct ProcessEffects: Sendable {
    var beginInvocation: @Sendable (InvocationDetails) -> Void = { _ in }
    var endInvocation: @Sendable () -> Void = {}
    /// The first invocation is over: what only the start needed is needed no more.
    var endStart: @Sendable () -> Void = {}
    /// Says something on standard error.
    var complain: @Sendable (String) -> Void = { _ in }
}

/// Initialization, then one invocation after the other, until the Runtime API is gone.
struct RuntimeLoop {
    let environment: RuntimeEnvironment
    let registry: HandlerRegistry
    var effects = ProcessEffects()
    var connect: Connect = { (authority) throws(CurlError) in try StreamConnection(to: authority) }

    /// Runs on the caller's executor and blocks its thread while waiting for the Runtime API.
    func run() async -> RuntimeEnd {
        guard let address = environment.runtimeAPI.flatMap(RuntimeAPIAddress.init) else {
            return RuntimeEnd(
                status: 1, message: "AWS_LAMBDA_RUNTIME_API is not set to host:port: there is no Lambda to run in")
        }
        let connection = RuntimeConnection(address: address, connect: connect)
        do {
            let handler = try await makeHandler(reportingTo: connection)
            try await serve(handler, on: connection)
        } catch let end as RuntimeEnd {
            return end
        } catch {
            return RuntimeEnd(status: 1, message: "\(error)")
        }
    }

    private func makeHandler(reportingTo connection: RuntimeConnection) async throws -> LoadedHandler {
        do {
            return try await registry.handler(for: environment.handler).make()
        } catch {
            let failure = FunctionError(error)
            let response = try connection.postInitError(failure)
            let refusal = response.status == 202 ? "" : " (the Runtime API answered \(response.summary))"
            throw RuntimeEnd(
                status: 1, message: "initialization failed: \(failure.type): \(failure.message)\(refusal)")
        }
    }

    private func serve(_ handler: LoadedHandler, on connection: RuntimeConnection) async throws -> Never {
        var isColdStart = true
        while true {
            let next = try connection.next()
            guard next.status == 200 else {
                throw RuntimeEnd(status: 1, message: "the Runtime API answered \(next.summary) to next")
            }
            var details = try next.invocationDetails()
            details.isColdStart = isColdStart
            effects.beginInvocation(details)
            let answer =
                switch handler {
                case .buffered(let handler): try await invoke(handler, next.body, details, on: connection)
                case .streaming(let handler): try await stream(handler, next.body, details, on: connection)
                }
            // Its caller has the result: nobody waits for this.
            if isColdStart { effects.endStart() }
            isColdStart = false
            guard answer.status != 202 else { continue }
            let complaint = "the Runtime API answered \(answer.summary) to the result of \(details.requestID)"
            guard answer.isRecoverable else { throw RuntimeEnd(status: 1, message: complaint) }
            effects.complain(complaint)
        }
    }

    private func invoke(
        _ handler: PayloadHandler, _ event: Bytes, _ details: InvocationDetails, on connection: RuntimeConnection
    ) async throws -> RuntimeResponse {
        do {
            let result = try await handler.invoke(event, LambdaContext(details: details, function: environment))
            effects.endInvocation()
            return try connection.postResponse(to: details.requestID, result)
        } catch let error as RuntimeAPIError {
            throw error
        } catch {
            effects.endInvocation()
            return try connection.postError(to: details.requestID, FunctionError(error))
        }
    }

    private func stream(
        _ handler: StreamingPayloadHandler, _ event: Bytes, _ details: InvocationDetails,
        on connection: RuntimeConnection
    ) async throws -> RuntimeResponse {
        let response = ResponseWriter(to: details.requestID, connection)
        var failure: FunctionError?
        do {
            try await handler.invoke(event, response, LambdaContext(details: details, function: environment))
        } catch {
            failure = FunctionError(error)
        }
        effects.endInvocation()
        switch response.finish() {
        case .failed(let reason): return try connection.refusal(after: reason)
        case .open, .finished: return try connection.endResponse(failure)
        case .notBegun:
            if let failure { return try connection.postError(to: details.requestID, failure) }
            try connection.beginResponse(
                to: details.requestID, contentType: ResponseWriter.defaultContentType, first: Bytes())
            return try connection.endResponse(nil)
        }
    }
}
