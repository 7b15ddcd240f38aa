// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import LambdaService

@Suite("What is started for a function")
struct LaunchTests {
    /// LocalStack's recorded snapshot of AWS, tests/aws/services/lambda_/test_lambda_common.snapshot.json
    /// test_introspection_invoke[provided.al2023]; without what the runtime itself sets.
    private static let recorded: Set = [
        "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_DEFAULT_REGION", "AWS_REGION",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API", "AWS_XRAY_CONTEXT_MISSING", "AWS_XRAY_DAEMON_ADDRESS", "_AWS_XRAY_DAEMON_ADDRESS",
        "_AWS_XRAY_DAEMON_PORT", "LAMBDA_RUNTIME_DIR", "LAMBDA_TASK_ROOT", "LANG", "LD_LIBRARY_PATH", "PATH", "TZ",
        "_HANDLER",
    ]

    private static func variables(
        _ runtime: FunctionConfiguration.Runtime, _ paths: SandboxPaths = .isolated, layers: Bool = false,
        endpoint: String? = nil, own: [String: String] = [:]
    ) -> [String: String] {
        var configuration = FunctionConfiguration(
            name: "f", runtime: runtime, handler: "app.handler",
            code: FunctionCode(folder: "/code", sha256: "", size: 0, optFolder: layers ? "/layers" : nil))
        configuration.environment = own
        return EnvironmentVariables(
            configuration: configuration, version: "$LATEST", initialization: .onDemand, region: "us-east-1",
            logStream: "2026/11/21/[$LATEST]0", runtimeAPI: "127.0.0.1:9001", endpointURL: endpoint,
            credentials: FunctionCredentials(), paths: paths
        ).values
    }

    @Test("In a sandbox the variables are AWS's, and only those and the function's own")
    func variables() {
        let values = Self.variables(.providedAL2023, own: ["OWN": "1"])
        #expect(Set(values.keys) == Self.recorded.union(["OWN"]))
        #expect(values["LAMBDA_TASK_ROOT"] == "/var/task" && values["_HANDLER"] == "app.handler")
        #expect(
            values["LD_LIBRARY_PATH"]
                == "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib")
        #expect(values["PATH"] == "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin")
        #expect(Self.variables(.providedAL2)["PATH"] == "/usr/local/bin:/usr/bin/:/bin:/opt/bin")
    }

    @Test("Without one, its folders are those of this machine, and two variables are added")
    func variablesWithoutSandbox() {
        let values = Self.variables(
            .providedAL2023, SandboxPaths(task: "/code", opt: "/layers", temporary: "/t/1"), endpoint: "http://e")
        #expect(Set(values.keys) == Self.recorded.union(["TMPDIR", "AWS_ENDPOINT_URL"]))
        #expect(values["TMPDIR"] == "/t/1" && values["LAMBDA_TASK_ROOT"] == "/code")
        #expect(values["PATH"]?.hasSuffix(":/layers/bin") == true)
    }

    @Test("Managed runtimes are named, and find the packages of layers")
    func managed() throws {
        let python = try #require(FunctionConfiguration.Runtime(rawValue: "python3.12"))
        let values = Self.variables(python)
        #expect(Set(values.keys) == Self.recorded.union(["AWS_EXECUTION_ENV", "PYTHONPATH"]))
        #expect(values["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.12" && values["PYTHONPATH"] == "/var/runtime")
        #expect(
            Self.variables(python, layers: true)["PYTHONPATH"]
                == "/opt/python/lib/python3.12/site-packages:/opt/python:/var/runtime")
        let node = try #require(FunctionConfiguration.Runtime(rawValue: "nodejs22.x"))
        #expect(
            Self.variables(node)["NODE_PATH"]
                == "/opt/nodejs/node22/node_modules:/opt/nodejs/node_modules:/var/runtime/node_modules:/var/runtime:/var/task"
        )
    }

    @Test("Names of runtimes are taken apart; what AWS has ended is refused")
    func runtimes() throws {
        let parts = FunctionConfiguration.Runtime.known.compactMap(FunctionConfiguration.Runtime.init(rawValue:))
        #expect(parts.count == FunctionConfiguration.Runtime.known.count)
        #expect(parts.filter { !$0.isManaged }.map(\.rawValue) == ["provided.al2023", "provided.al2"])
        #expect(FunctionConfiguration.Runtime(rawValue: "java8.al2")?.language == "java")
        #expect(FunctionConfiguration.Runtime(rawValue: "python2.7") == nil)
        #expect(FunctionConfiguration.Runtime(rawValue: "") == nil)
        for runtime in parts where runtime.isManaged {
            #expect(RuntimeClients.advice(for: runtime).contains("[runtimes] \"\(runtime.rawValue)\" = ["))
        }
    }

    @Test("A bootstrap is looked for in the code, then in the layers")
    func bootstrap() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "launch-\(UUID().uuidString)")
        let (task, opt) = (folder.appending(path: "task"), folder.appending(path: "opt"))
        for one in [task, opt] { try FileManager.default.createDirectory(at: one, withIntermediateDirectories: true) }
        defer { try? FileManager.default.removeItem(at: folder) }
        let code = FunctionCode(folder: task.path, sha256: "", size: 0, optFolder: opt.path)
        let paths = SandboxPaths(code, temporary: nil)
        #expect(throws: FailureCause.bootstrapMissing) { try RuntimeEntry.bootstrap(of: code, seenAt: paths) }
        try Self.write("#!/bin/sh\n", to: opt.appending(path: "bootstrap"))
        #expect(try RuntimeEntry.bootstrap(of: code, seenAt: paths) == "\(opt.path)/bootstrap")
        #expect(try RuntimeEntry.bootstrap(of: code, seenAt: .isolated) == "/opt/bootstrap")
        try Self.write("no program", to: task.appending(path: "bootstrap"))
        #expect(try RuntimeEntry.bootstrap(of: code, seenAt: .isolated) == "/var/task/bootstrap")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o644], ofItemAtPath: task.appending(path: "bootstrap").path)
        #expect(throws: FailureCause.bootstrapNotExecutable(reason: "permission denied")) {
            try RuntimeEntry.bootstrap(of: code, seenAt: paths)
        }
    }

    @Test("Clients that are named are found on this machine's PATH; Pythons are asked")
    func clients() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "clients-\(UUID().uuidString)")
        let bin = folder.appending(path: "bin")
        try FileManager.default.createDirectory(at: bin, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Self.write("#!/bin/sh\n", to: bin.appending(path: "client"))
        try Self.write("#!/bin/sh\nexit 1\n", to: bin.appending(path: "python3.13"))
        try Self.write("#!/bin/sh\nexit 0\n", to: bin.appending(path: "python3"))
        let clients = RuntimeClients(
            named: ["nodejs22.x": ["client", "-x"], "ruby3.4": ["./own"], "java21": ["/abs"]], folder: folder.path,
            environment: ["PATH": bin.path])
        func find(_ name: String) throws -> [String]? {
            let runtime = try #require(FunctionConfiguration.Runtime(rawValue: name))
            let found = clients.find(runtime)
            #expect(clients.known(runtime) == found)
            return found
        }
        #expect(try find("nodejs22.x") == ["\(bin.path)/client", "-x"])
        #expect(try find("ruby3.4") == ["\(folder.path)/./own"])
        #expect(try find("java21") == ["/abs"])
        #expect(try find("python3.13") == ["\(bin.path)/python3", "-m", "awslambdaric"])
        #expect(try find("dotnet8") == nil)
    }

    private static func write(_ text: String, to file: URL) throws {
        try text.write(to: file, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
    }
}
