// SPDX-License-Identifier: Apache-2.0
import EventLoop
public import ServiceProtocols

extension LambdaService {
    /// How a developer starts a function by hand.
    public struct Attachment: Sendable {
        /// `127.0.0.1:PORT`, where its Runtime API listens.
        public var address: String
        /// What would be started: a path, or a name on the `PATH`.
        public var executable: String
        /// What it is given.
        public var arguments: [String]
        /// The folder that it starts in.
        public var folder: String
        /// The variables that it is given.
        public var variables: [String: String]
    }

    /// Lets a process that a developer starts, under a debugger for one, be the one environment of a function.
    ///
    /// All of its versions and aliases run there. No timeout is up for it, it is not frozen, and its memory is not
    /// limited. An invocation that is under way when the process ends is handed to the next one.
    ///
    /// - Parameter port: where its Runtime API listens; 0 for any.
    /// - Throws: for a function that is not there, and for a port that is taken.
    public func attach(_ function: String, port: Int) async throws(ServiceError) -> Attachment {
        guard let version = registry.functions[function]?.latest else {
            throw ServiceError(.functionNotFound(registry.arn(of: function)))
        }
        guard let processes else { throw ServiceError(.service("functions have no processes here")) }
        do throws(LoopError) {
            let (launch, address) = try await processes.attach(version, port: port)
            return Attachment(
                address: address, executable: launch.executable, arguments: launch.arguments, folder: launch.folder,
                variables: launch.variables)
        } catch {
            throw ServiceError(.service("the Runtime API of \(function): \(error)"))
        }
    }
}
