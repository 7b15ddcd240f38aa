// SPDX-License-Identifier: Apache-2.0
import EventLoop

/// What is started for an environment, in a sandbox or not.
extension ExecutionPool {
    /// Where the environment's processes find its files.
    func paths(of environment: ExecutionEnvironment) -> SandboxPaths {
        options.isolation == nil || environment.isAttached
            ? SandboxPaths(environment.version.configuration.code, temporary: environment.temporaryFolder?.path)
            : .isolated
    }

    /// Finds the client of a managed runtime, for functions that were made by an earlier emulator.
    func findClient(for runtime: FunctionConfiguration.Runtime) async {
        guard runtime.isManaged, options.clients.known(runtime) == nil else { return }
        let clients = options.clients
        _ = try? await loop.offload { clients.find(runtime) }
    }

    /// The runtime's process: the function's bootstrap, or the client of its managed runtime.
    ///
    /// - Throws: why there is nothing to run.
    func runtimeLaunch(of environment: ExecutionEnvironment) throws(RuntimeProcess.StartError) -> Launch {
        let configuration = environment.version.configuration
        let paths = paths(of: environment)
        var launch = Launch(executable: "", folder: paths.task, variables: variables(of: environment).values)
        if configuration.runtime.isManaged {
            guard let command = options.clients.known(configuration.runtime), let program = command.first else {
                throw .failed(.platform(RuntimeClients.advice(for: configuration.runtime)))
            }
            launch.executable = program
            launch.arguments = command.dropFirst() + [configuration.handler]
        } else {
            do throws(FailureCause) {
                launch.executable = try RuntimeEntry.bootstrap(of: configuration.code, seenAt: paths)
            } catch {
                throw .failed(error)
            }
        }
        return isolated(launch, in: environment)
    }

    /// What a developer starts in place of the runtime's process, without a sandbox.
    func handLaunch(of environment: ExecutionEnvironment) -> Launch {
        let configuration = environment.version.configuration
        let folder = configuration.code.folder
        var launch = Launch(
            executable: "\(folder)/bootstrap", folder: folder, variables: variables(of: environment).values)
        if configuration.runtime.isManaged, let command = options.clients.known(configuration.runtime),
            let program = command.first
        {
            (launch.executable, launch.arguments) = (program, command.dropFirst() + [configuration.handler])
        }
        return launch
    }

    /// The process of an external extension.
    func extensionLaunch(_ name: String, of environment: ExecutionEnvironment) -> Launch {
        let paths = paths(of: environment)
        return isolated(
            Launch(
                executable: "\(paths.opt)/extensions/\(name)", folder: paths.task,
                variables: variables(of: environment).ofExtensions), in: environment)
    }

    private func isolated(_ launch: Launch, in environment: ExecutionEnvironment) -> Launch {
        guard let isolation = options.isolation else { return launch }
        let configuration = environment.version.configuration
        // Extensions have sandboxes of their own, and the runtime's `/tmp`.
        let isShared = environment.extensions?.registry.hasExternal == true
        let temporary = isShared ? environment.temporaryFolder.map { Isolation.Temporary.folder($0.path) } : nil
        return isolation.wrap(
            launch, code: configuration.code,
            temporary: temporary ?? .memory(megabytes: configuration.ephemeralStorageMegabytes))
    }
}
