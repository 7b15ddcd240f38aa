// SPDX-License-Identifier: Apache-2.0
import Foundation
import Locks

/// The runtime interface clients that run functions of managed runtimes here: those that are named for a runtime, and
/// for Python the one that a Python of this machine's has.
///
/// A client is a command that is given the handler as its last argument, as in AWS's container images
/// (https://docs.aws.amazon.com/lambda/latest/dg/images-create.html#runtimes-api-client).
public final class RuntimeClients: Sendable {
    private let named: [String: [String]]
    /// Where relative paths of commands begin, and where `.venv` is looked for.
    private let folder: String
    private let path: [String]
    private let virtualEnvironment: String?
    // Guards it between the loop and the thread pool.
    private let found = Locked<[String: [String]]>([:])

    /// - Parameters:
    ///   - named: commands by the name of their runtime.
    ///   - folder: where commands that are relative paths begin.
    ///   - environment: tells with `PATH` and `VIRTUAL_ENV` where to look; nil for this process's.
    public init(
        named: [String: [String]] = [:], folder: String = ".",
        environment: [String: String]? = nil
    ) {
        let environment = environment ?? ProcessInfo.processInfo.environment
        self.named = named
        self.folder = URL(filePath: folder).standardizedFileURL.path
        path = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        virtualEnvironment = environment["VIRTUAL_ENV"]
    }

    /// The command of a runtime that was found before.
    func known(_ runtime: FunctionConfiguration.Runtime) -> [String]? {
        found.withLock { $0[runtime.rawValue] }
    }

    /// Looks for the command of a runtime, unless it was found before.
    ///
    /// Blocks: it may start a Python to ask for its packages.
    func find(_ runtime: FunctionConfiguration.Runtime) -> [String]? {
        if let command = known(runtime) { return command }
        guard let command = named[runtime.rawValue].map(located) ?? python(for: runtime) else { return nil }
        found.withLock { $0[runtime.rawValue] = command }
        return command
    }

    /// What somebody has to do who wants to run a function of this runtime.
    static func advice(for runtime: FunctionConfiguration.Runtime) -> String {
        let (install, command) =
            switch runtime.language {
            case "python": ("pip install awslambdaric", #"["python3", "-m", "awslambdaric"]"#)
            case "nodejs": ("npm install aws-lambda-ric", #"["npx", "aws-lambda-ric"]"#)
            case "ruby": ("gem install aws_lambda_ric", #"["aws_lambda_ric"]"#)
            case "java":
                (
                    "the jar aws-lambda-java-runtime-interface-client",
                    #"["java", "-cp", "CLASSPATH", "com.amazonaws.services.lambda.runtime.api.client.AWSLambda"]"#
                )
            default: ("the NuGet package Amazon.Lambda.RuntimeSupport", #"["dotnet", "exec", "PROGRAM"]"#)
            }
        return
            "No runtime interface client for \(runtime.rawValue) is known here. Install one (\(install)) and name its "
            + "command in martlet.toml beside the template: [runtimes] \"\(runtime.rawValue)\" = \(command)"
    }

    /// Functions have a `PATH` of their own: the program is looked up on this one's.
    private func located(_ command: [String]) -> [String] {
        guard let name = command.first, !name.hasPrefix("/") else { return command }
        let program = name.contains("/") ? "\(folder)/\(name)" : onPath(name) ?? name
        return [program] + command.dropFirst()
    }

    private func onPath(_ name: String) -> String? {
        path.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// A virtual environment first, then the Python of the runtime's own release, then any.
    private func python(for runtime: FunctionConfiguration.Runtime) -> [String]? {
        guard runtime.language == "python" else { return nil }
        let candidates = [
            virtualEnvironment.map { "\($0)/bin/python3" }, "\(folder)/.venv/bin/python3",
            onPath("python\(runtime.release)"), onPath("python3"),
        ]
        return candidates.compactMap { $0 }.first(where: Self.hasClient).map { [$0, "-m", "awslambdaric"] }
    }

    private static func hasClient(_ python: String) -> Bool {
        guard FileManager.default.isExecutableFile(atPath: python) else { return false }
        let process = Process()
        process.executableURL = URL(filePath: python)
        process.arguments = [
            "-c", "import importlib.util, sys; sys.exit(importlib.util.find_spec('awslambdaric') is None)",
        ]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
