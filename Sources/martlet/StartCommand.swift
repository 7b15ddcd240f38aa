// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CloudFormation
import Emulator
import EventLoop
import Foundation
import Glibc

struct StartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Run the functions of a template and the services around them, until Ctrl-C.",
        discussion: """
            Prints one line when it is ready to serve. Point any AWS client at it:

              export AWS_ENDPOINT_URL=http://127.0.0.1:4566 AWS_DEFAULT_REGION=us-east-1
              export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test
              aws lambda invoke --function-name Resize --payload '{}' out.json

            Examples:
              martlet start --watch                  new builds are run as they come
              martlet start --debug Resize=5858      waits for Resize in your debugger, and says how to start it
            """)

    @Argument(
        help: "The template: AWS SAM or CloudFormation, in JSON or YAML.",
        completion: .file(extensions: ["json", "yaml", "yml"]))
    var template = "template.json"

    @Option(help: "The port of all AWS APIs; 0 for any.")
    var port = 4566

    @Option(help: "The port of the first HTTP API; 0 for any. Further APIs get any.")
    var apiPort = 3000

    @Option(help: "The address to listen on. Anything but the loopback lets the network in.")
    var host = "127.0.0.1"

    @Option(help: "The folder for functions, queued events and objects; .martlet by default.", completion: .directory)
    var state: String?

    @Flag(help: "Keep the state in a temporary folder, which goes at the end.")
    var ephemeral = false

    @Option(help: "How functions' logs are shown: text or json.")
    var logFormat = LogFormat.text

    @Option(
        help: "A function that you start by hand, in a debugger for one, and the port where it is awaited; 0 for any.")
    var debug: [DebuggedFunction] = []

    @Flag(help: "Bring new builds of functions and edits of the template in while it runs; what runs is not disturbed.")
    var watch = false

    @Flag(inversion: .prefixedNo, help: "With --watch, build the Swift package of the template when a source changes.")
    var build = true

    @Flag(help: "Print the ready line as JSON.")
    var json = false

    @OptionGroup var seed: SeedArguments

    @OptionGroup var emulator: EmulatorArguments

    func validate() throws {
        for port in [port, apiPort] where !(0...65535).contains(port) {
            throw ValidationError("\(port) is no port: name one from 0 to 65535.")
        }
        guard state == nil || !ephemeral else {
            throw ValidationError("With --ephemeral there is no --state to keep: leave one of them out.")
        }
    }

    func run() async throws {
        var options = try emulator.options(template: template)
        try seed.apply(to: &options)
        options.port = port
        options.apiPort = apiPort
        options.host = host
        options.state = ephemeral ? .ephemeral : .directory(URL(filePath: state ?? ".martlet"))
        options.debugged = debug.map { ($0.function, $0.port) }
        options.watches = watch
        options.builds = build
        Allocator.keepFreedMemory()
        Orphans.adopt()
        let loop = try EventLoop.start(named: "martlet", offloads: options.seed == nil)
        try await withTaskExecutorPreference(loop) { try await serve(options, on: loop) }
        await loop.shutdown()
    }

    private func serve(_ options: EmulatorOptions, on loop: EventLoop) async throws {
        let stop = StopSignal(loop: loop)
        try await stop.watch()
        let emulator = try await Emulator.start(
            options, loop: loop,
            reporting: EmulatorReporting(
                logs: logFormat == .json ? .json : .text, progress: Console.note, transient: Console.transient))
        emulator.application.diagnostics.filter { $0.severity == .warning }.forEach { Console.note("\($0)") }
        RunningEmulators.announce(endpoint: emulator.endpoint, template: options.template)
        Console.output(json ? try ReadyLine(emulator).json() : ReadyLine.text(emulator))
        await stop.wait()
        RunningEmulators.withdraw()
        await emulator.stop()
        // For whoever looks on; programs ask when they want it.
        let report = emulator.usageReport()
        if !json, isatty(STDOUT_FILENO) == 1, report.since != nil { Console.output("\n" + UsageTable(report).text) }
        await stop.close()
        Orphans.end()
    }
}
