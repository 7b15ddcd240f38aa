// SPDX-License-Identifier: Apache-2.0
import EventLoop
import Glibc

/// How a process of an environment is started: what is run, where, and with which variables.
struct Launch: Equatable {
    var executable: String
    var arguments: [String] = []
    var folder: String
    var variables: [String: String]
    /// Whether the process that is started is not the one that is meant, but holds the sandbox around it.
    var isIsolated = false
}

extension Launch {
    var command: ChildProcess.Command {
        ChildProcess.Command(
            executable: executable, arguments: arguments, environment: variables, workingDirectory: folder)
    }

    /// What tells its environment from all others.
    var runtimeAPI: String { variables["AWS_LAMBDA_RUNTIME_API"] ?? "" }
}

/// What the runtime of a function is, and whether it can be run.
enum RuntimeEntry {
    /// The function's `bootstrap`: in its code, else in its layers
    /// (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html).
    ///
    /// - Returns: the file's path for the processes that are to run it.
    /// - Throws: why it cannot be run.
    static func bootstrap(of code: FunctionCode, seenAt paths: SandboxPaths) throws(FailureCause) -> String {
        let places = [(code.folder, paths.task)] + (code.optFolder.map { [($0, paths.opt)] } ?? [])
        guard let place = places.first(where: { access("\($0.0)/bootstrap", F_OK) == 0 }) else {
            throw .bootstrapMissing
        }
        let file = "\(place.0)/bootstrap"
        guard access(file, X_OK) == 0 else { throw .bootstrapNotExecutable(reason: "permission denied") }
        return "\(place.1)/bootstrap"
    }
}
