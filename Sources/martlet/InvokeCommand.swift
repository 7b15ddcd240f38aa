// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Buffers
import CloudFormation
import Emulator
import EventLoop
import Foundation
import ServiceProtocols

struct InvokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invoke",
        abstract: "Run a function once: its result on the standard output, its log on the other.",
        discussion: """
            Without --endpoint no server needs to run: the function's template is started for this one invocation.
            The exit status is 1 when the function failed.

            Examples:
              martlet invoke Resize --event events/upload.json
              echo '{"a": 1}' | martlet invoke Resize --event -
              martlet invoke Resize --qualifier live --endpoint http://127.0.0.1:4566
            """)

    @Argument(help: "The function's name, or its ARN.")
    var function: String

    @Option(help: "The event: a file with JSON, or - for the standard input. Without it, {}.", completion: .file())
    var event: String?

    @Option(help: "A version or an alias.")
    var qualifier: String?

    @Option(help: "An emulator that runs already, http://127.0.0.1:4566 say.")
    var endpoint: String?

    @Option(help: "The template that the function stands in.", completion: .file(extensions: ["json", "yaml", "yml"]))
    var template = "template.json"

    @OptionGroup var emulator: EmulatorArguments

    func run() async throws {
        let event = try readEvent()
        let loop = try EventLoop.start(named: "martlet")
        let result: InvocationOutcome
        if let endpoint {
            let remote = RemoteInvocation(endpoint: endpoint, loop: loop)
            result = try await remote.invoke(function, qualifier: qualifier, event: event)
        } else {
            result = try await invokeLocally(event, loop: loop)
        }
        Console.write(Data(result.log.array), to: .standardError)
        Console.write(Data(result.payload.array), to: .standardOutput)
        if result.payload.array.last != UInt8(ascii: "\n") { Console.output("") }
        await loop.shutdown()
        if result.hasFailed { throw ExitCode(1) }
    }

    private func invokeLocally(_ event: Bytes, loop: EventLoop) async throws -> InvocationOutcome {
        var options = try emulator.options(template: template)
        Orphans.adopt()
        defer { Orphans.end() }
        options.port = 0
        options.apiPort = 0
        let emulator = try await Emulator.start(
            options, loop: loop, reporting: EmulatorReporting(logs: .text, progress: Console.note))
        do {
            let result = try await emulator.invoke(function, qualifier: qualifier, event: event)
            // The log is complete on the terminal when the emulator has stopped.
            await emulator.stop()
            return InvocationOutcome(
                payload: result.payload, log: Bytes(), hasFailed: result.functionError != nil)
        } catch let error as ServiceError {
            await emulator.stop()
            throw Refused(description: "\(error.code): \(error.message)\(hint(emulator.application))")
        }
    }

    /// What could have been meant.
    private func hint(_ application: Application) -> String {
        let names = application.functions.map(\.functionName)
        return names.contains(function) ? "" : "\n\(template) has \(names.joined(separator: ", "))."
    }

    private func readEvent() throws -> Bytes {
        switch event {
        case nil: return "{}"
        case "-": return Bytes(FileHandle.standardInput.readDataToEndOfFile())
        case let path?:
            // Not by its size: it may be a pipe.
            guard let file = FileHandle(forReadingAtPath: path), let data = try? file.readToEnd() ?? Data() else {
                throw ValidationError(
                    "Cannot read the event \(path). Name a file with JSON, or - for the standard input.")
            }
            return Bytes(data)
        }
    }
}
