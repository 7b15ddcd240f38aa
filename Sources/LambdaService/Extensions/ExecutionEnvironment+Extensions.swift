// SPDX-License-Identifier: Apache-2.0
import ServiceProtocols

/// What extensions write.
extension ExecutionEnvironment {
    /// Whether a process is the runtime of this environment, or one of its extensions.
    func owns(process key: Int) -> Bool {
        process == key || extensions?.processes[key] != nil
    }

    /// An invocation failed without a word from the runtime.
    func failed(_ requestID: String, _ result: RuntimeStateMachine<PendingInvocation>.FailedResult) {
        guard telemetry != nil, case .cause(let cause) = result else { return }
        tell(
            .fault(requestID: requestID, message: "\(cause.message)\n\(cause.errorType)"), at: log.clock.now)
    }

    func extensionOutputArrived(_ key: Int, isError: Bool, _ chunk: UnsafeRawBufferPointer) {
        guard let extensions, extensions.processes[key] != nil else { return }
        let moment = log.clock.now
        if isError {
            extensions.processes[key]?.errorOutput.append(chunk) { write($0, .extensionOutput, at: moment) }
        } else {
            extensions.processes[key]?.output.append(chunk) { write($0, .extensionOutput, at: moment) }
        }
    }

    func flushExtensionOutput(_ key: Int) {
        guard let extensions, extensions.processes[key] != nil else { return }
        let moment = log.clock.now
        extensions.processes[key]?.output.flush { write($0, .extensionOutput, at: moment) }
        extensions.processes[key]?.errorOutput.flush { write($0, .extensionOutput, at: moment) }
    }
}
