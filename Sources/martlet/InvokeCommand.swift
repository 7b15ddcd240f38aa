// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Buffers
import CloudFormation
import Emulator
import EventLoop
import Foundation
import HTTPClient
import ServiceProtocols

struct InvokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invoke",
        abstract: "Run a function once: its result on the standard output, its log on the other.",
        discussion: """
            The emulator that runs the template is used; without one, an emulator is started for this one invocation.
            The exit status is 1 when the function failed.

            Examples:
              martlet invoke Resize --event events/upload.json
              martlet invoke Resize --event '{"a": 1}' --json
              echo '{"a": 1}' | martlet invoke Resize --event - --async
              martlet invoke Resize --qualifier live --endpoint http://127.0.0.1:4566
            """)

    @Argument(help: "The function's name, or its ARN.")
    var function: String

    @Option(
        help: "The event: JSON, a file with JSON, or - for the standard input. Without it, {}.", completion: .file())
    var event: String?

    @Option(help: "A version or an alias.")
    var qualifier: String?

    @Flag(name: .customLong("async"), help: "Hand the event over to be run later, and print its request id.")
    var isAsynchronous = false

    @Flag(inversion: .prefixedNo, help: "Show the end of the function's log.")
    var tail = true

    @Flag(help: "Print the result as JSON: request id, version, error, payload and, with it, the log.")
    var json = false

    @Option(help: "An emulator that runs already, http://127.0.0.1:4566 say.")
    var endpoint: String?

    @Flag(help: "Start an emulator for this one invocation, even if one runs.")
    var fresh = false

    @Option(help: "The template that the function stands in.", completion: .file(extensions: ["json", "yaml", "yml"]))
    var template = "template.json"

    @OptionGroup var emulator: EmulatorArguments

    func validate() throws {
        guard !fresh || (endpoint == nil && !isAsynchronous) else {
            throw ValidationError(
                "--fresh is for a result from an emulator of its own: leave out --endpoint and --async.")
        }
    }

    func run() async throws {
        let event = try EventArgument.read(event)
        let loop = try EventLoop.start(named: "martlet")
        let client = HTTPClient(loop: loop)
        let result: InvocationOutcome
        do {
            result = try await invoke(event, client, loop)
        } catch {
            await client.close()
            throw error
        }
        await client.close()
        await loop.shutdown()
        show(result)
        if result.functionError != nil { throw ExitCode(1) }
    }

    private func invoke(_ event: Bytes, _ client: HTTPClient, _ loop: EventLoop) async throws -> InvocationOutcome {
        var running = endpoint
        if running == nil, !fresh {
            running = await RunningEmulators.endpoint(of: try emulator.stack.template(template), client)
        }
        guard let running else {
            guard !isAsynchronous else {
                throw Refused(description: "No emulator runs \(template), so nobody would run the event: martlet start")
            }
            return try await invokeLocally(event, loop: loop)
        }
        let remote = RemoteInvocation(
            endpoint: running, client: client, isAsynchronous: isAsynchronous, wantsLog: tail)
        return try await remote.invoke(function, qualifier: qualifier, event: event)
    }

    private func show(_ result: InvocationOutcome) {
        if json { return Console.output(result.json) }
        Console.write(Data(result.log.array), to: .standardError)
        guard !isAsynchronous else { return Console.output(result.requestID) }
        Console.write(Data(result.payload.array), to: .standardOutput)
        if result.payload.array.last != UInt8(ascii: "\n") { Console.output("") }
    }

    private func invokeLocally(_ event: Bytes, loop: EventLoop) async throws -> InvocationOutcome {
        var options = try emulator.options(template: template)
        Orphans.adopt()
        defer { Orphans.end() }
        options.port = 0
        options.apiPort = 0
        let emulator = try await Emulator.start(
            options, loop: loop, reporting: EmulatorReporting(logs: tail ? .text : .none, progress: Console.note))
        do {
            let result = try await emulator.invoke(function, qualifier: qualifier, event: event)
            // The log is complete on the terminal when the emulator has stopped.
            await emulator.stop()
            return InvocationOutcome(
                requestID: result.requestID, executedVersion: result.executedVersion,
                functionError: result.functionError, payload: result.payload, log: Bytes())
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
}
