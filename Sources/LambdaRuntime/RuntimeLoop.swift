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

    private func makeHandler(reportingTo connection: RuntimeConnection) async throws -> PayloadHandler {
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

    private func serve(_ handler: PayloadHandler, on connection: RuntimeConnection) async throws -> Never {
        var isColdStart = true
        while true {
            let next = try connection.next()
            guard next.status == 200 else {
                throw RuntimeEnd(status: 1, message: "the Runtime API answered \(next.summary) to next")
            }
            var details = try next.invocationDetails()
            details.isColdStart = isColdStart
            isColdStart = false
            try await invoke(handler, next.body, details, on: connection)
        }
    }

    private func invoke(
        _ handler: PayloadHandler, _ event: Bytes, _ details: InvocationDetails, on connection: RuntimeConnection
    ) async throws {
        effects.beginInvocation(details)
        let answer: RuntimeResponse
        do {
            let result = try await handler.invoke(event, LambdaContext(details: details, function: environment))
            effects.endInvocation()
            answer = try connection.postResponse(to: details.requestID, result)
        } catch let error as RuntimeAPIError {
            throw error
        } catch {
            effects.endInvocation()
            answer = try connection.postError(to: details.requestID, FunctionError(error))
        }
        guard answer.status != 202 else { return }
        let complaint = "the Runtime API answered \(answer.summary) to the result of \(details.requestID)"
        guard answer.isRecoverable else { throw RuntimeEnd(status: 1, message: complaint) }
        effects.complain(complaint)
    }
}
