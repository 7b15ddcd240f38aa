// SPDX-License-Identifier: Apache-2.0
import AWSWire
import EventLoop
public import ServiceProtocols

extension LambdaService {
    /// The runtime of a name that a template gives, if functions of it can be run here.
    ///
    /// - Throws: the error that CreateFunction answers with.
    public func runtime(named name: String) async throws(ServiceError) -> FunctionConfiguration.Runtime {
        do throws(AWSError) {
            let runtime = try FunctionConfiguration.Runtime(named: name)
            try await requireClient(for: runtime)
            return runtime
        } catch {
            throw ServiceError(error)
        }
    }

    /// Looks for what runs functions of a managed runtime.
    ///
    /// - Throws: an error that says what is missing, and how to come by it.
    func requireClient(for runtime: FunctionConfiguration.Runtime) async throws(AWSError) {
        guard runtime.isManaged, options.runtimeClients.known(runtime) == nil else { return }
        let clients = options.runtimeClients
        guard (try? await loop.offload { clients.find(runtime) }) ?? nil != nil else {
            throw .invalidParameter(RuntimeClients.advice(for: runtime))
        }
    }
}
