// SPDX-License-Identifier: Apache-2.0
import EventLoop

/// Functions whose runtime a developer starts by hand, under a debugger for one.
///
/// Such a function has one environment, which is there from the start and stays: its process may come, go and come
/// back. An invocation that a process has taken with it is handed to the next. Nothing is timed, frozen or limited in
/// memory.
extension ExecutionPool {
    /// Opens the Runtime API of a function for a process that is started by hand.
    ///
    /// - Parameter port: 0 for any.
    /// - Returns: what the process would be started with.
    func attach(_ version: FunctionVersion, port: Int) async throws(LoopError) -> (launch: Launch, address: String) {
        versions[version.id] = version
        attached[version.functionID] = version
        let id = dispatcher.environmentAttached(version.id, of: version.functionID)
        let environment = ExecutionEnvironment(
            id: id, version: version, initialization: .onDemand, isAttached: true,
            logStream: makeLogStream(of: version), initLimit: ExecutionEnvironment.unlimited, log: log,
            region: region)
        environments[id] = environment
        environment.isRuntimeStarted = true
        environment.initBegan(.initialize)
        try await openRuntimeAPI(of: environment, port: port)
        await findClient(for: version.configuration.runtime)
        return (handLaunch(of: environment), environment.address)
    }

    /// A developer's process says that its init has failed: it is the developer who is to know, and to try again.
    func attachedInitFailed(_ environment: ExecutionEnvironment, _ error: String) {
        report("\(environment.version.name), which you run, has failed to start: \(error.prefix(2000))")
    }
}
