// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import HTTPServer

/// What an environment with extensions has besides: their registry, their processes, and their requests that wait.
///
/// Confined to the pool's actor, as its environment is.
final class EnvironmentExtensions {
    /// The process of an extension, and what it has written of a line.
    struct Process {
        let name: String
        var output = LineSplitter()
        var errorOutput = LineSplitter()
    }

    var registry: ExtensionRegistry
    /// Those that run, by their keys in the pool.
    var processes: [Int: Process] = [:]
    /// The requests for the next event that wait, by the identifiers of their extensions.
    private var parked: [String: UnsafeContinuation<HTTPResponse, Never>] = [:]
    /// The end of the environment, or of an init that failed, while it is under way.
    var shutdown: ShutdownSequence?
    /// Why the environment ends, when something went wrong.
    var reason = ShutdownSequence.Reason.spindown
    /// The wait for what is next due: the end of an extension that reported an error, or of a part of the shutdown.
    var wait: Task<Void, Never>? {
        didSet { oldValue?.cancel() }
    }

    init(external names: [String] = []) {
        registry = ExtensionRegistry(external: names)
    }

    func park(_ id: String, _ continuation: UnsafeContinuation<HTTPResponse, Never>) {
        parked.updateValue(continuation, forKey: id)?.resume(returning: Self.superseded)
    }

    func resume(_ id: String, _ response: HTTPResponse) {
        parked.removeValue(forKey: id)?.resume(returning: response)
    }

    /// Nothing comes any more.
    func resumeAll() {
        for continuation in parked.values { continuation.resume(returning: Self.superseded) }
        parked = [:]
        wait = nil
    }

    private static let superseded = RuntimeAPIError.invalidExtensionState(
        from: "Ready", to: "Ready", extension: ""
    ).response
}

/// The events that extensions are told
/// (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html).
enum ExtensionEvent {
    /// - Parameter deadline: milliseconds since 1970.
    static func invoke(_ request: InvocationRequest, deadline: Int64) -> [UInt8] {
        var tracing = JSONObjectWriter()
        tracing.add("type", "X-Amzn-Trace-Id")
        tracing.add("value", request.traceHeader)
        var json = JSONObjectWriter()
        json.add("eventType", "INVOKE")
        json.add("deadlineMs", Int(deadline))
        json.add("requestId", request.requestID)
        json.add("invokedFunctionArn", request.invokedARN)
        json.add("tracing", json: tracing.finish())
        return json.finish()
    }

    /// - Parameter deadline: milliseconds since 1970.
    static func shutdown(_ reason: ShutdownSequence.Reason, deadline: Int64) -> [UInt8] {
        var json = JSONObjectWriter()
        json.add("eventType", "SHUTDOWN")
        json.add("deadlineMs", Int(deadline))
        json.add("shutdownReason", reason.rawValue)
        return json.finish()
    }
}
