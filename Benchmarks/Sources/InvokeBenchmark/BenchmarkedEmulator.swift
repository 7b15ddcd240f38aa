// SPDX-License-Identifier: Apache-2.0
import Foundation

/// An emulator that runs for a measurement, in a folder of its own.
final class BenchmarkedEmulator {
    struct NotReady: Error, CustomStringConvertible {
        let description = "martlet ended before it was ready"
    }

    private let process = Process()
    private let folder: URL
    let port: Int
    /// From just before the process was made to its ready line.
    let startMilliseconds: Double

    /// - Parameter isDurable: whether its state is in a folder.
    init(martlet: String, bootstrap: String, isDurable: Bool = false) throws {
        folder = FileManager.default.temporaryDirectory.appending(
            path: "martlet-bench-\(getpid())-\(UUID().uuidString)")
        try Self.prepare(folder, bootstrap: bootstrap)
        process.executableURL = URL(filePath: martlet)
        process.arguments = [
            "start", folder.appending(path: "template.json").path, "--port", "0", "--api-port", "0", "--json",
        ]
        process.arguments? += isDurable ? ["--state", folder.appending(path: "state").path] : ["--ephemeral"]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        let begin = ContinuousClock.now
        try process.run()
        var line = Data()
        while !line.contains(10) {
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { throw NotReady() }
            line += more
        }
        startMilliseconds = (ContinuousClock.now - begin) / .milliseconds(1)
        struct Ready: Decodable { let endpoint: String }
        let ready = try JSONDecoder().decode(Ready.self, from: line.prefix { $0 != 10 })
        port = Int(ready.endpoint.split(separator: ":").last ?? "") ?? 0
    }

    private static func prepare(_ folder: URL, bootstrap: String) throws {
        let code = folder.appending(path: "echo")
        try FileManager.default.createDirectory(at: code, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            at: code.appending(path: "bootstrap"), withDestinationURL: URL(filePath: bootstrap).absoluteURL)
        let template = """
            {"Transform": "AWS::Serverless-2016-10-31", "Resources": {"Echo": {"Type": "AWS::Serverless::Function",
             "Properties": {"FunctionName": "f", "Runtime": "provided.al2023", "Handler": "bootstrap", "CodeUri": "echo",
             "Timeout": 30}}}}
            """
        try Data(template.utf8).write(to: folder.appending(path: "template.json"))
    }

    /// User and system time of the emulator itself, without its functions.
    var cpuSeconds: Double {
        let fields = stat(ofProcess: process.processIdentifier)
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return 0 }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    var residentMegabytes: Double {
        let fields = stat(ofProcess: process.processIdentifier)
        guard fields.count > 21, let pages = Double(fields[21]) else { return 0 }
        return pages * Double(sysconf(Int32(_SC_PAGESIZE))) / 1_048_576
    }

    private func stat(ofProcess pid: Int32) -> [Substring] {
        let text = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
        // The name in parentheses may hold spaces.
        return text.split(separator: ")").last?.split(separator: " ") ?? []
    }

    func stop() {
        process.interrupt()
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: folder)
    }
}
