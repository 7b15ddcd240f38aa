// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Measures a release build of the emulator with the echo bootstrap: start, cold start, latency, throughput, memory.
///
/// Figures of two runs compare only on one machine at one time: it prints the spread over the rounds for that reason.
@main
struct InvokeBenchmark {
    static func main() throws {
        guard CommandLine.arguments.count >= 3 else {
            FileHandle.standardError.write(Data("usage: InvokeBenchmark MARTLET ECHO-BOOTSTRAP [ROUNDS]\n".utf8))
            exit(2)
        }
        let rounds = CommandLine.arguments.count > 3 ? Int(CommandLine.arguments[3]) ?? 3 : 3
        var table = FigureTable()
        for round in 1...max(1, rounds) {
            FileHandle.standardError.write(Data("round \(round) of \(rounds)\n".utf8))
            try measure(CommandLine.arguments[1], CommandLine.arguments[2], into: &table)
        }
        FileHandle.standardOutput.write(Data(table.text.utf8))
    }

    private static func measure(_ martlet: String, _ bootstrap: String, into table: inout FigureTable) throws {
        let emulator = try BenchmarkedEmulator(martlet: martlet, bootstrap: bootstrap)
        defer { emulator.stop() }
        table.add("start until ready", emulator.startMilliseconds, "ms")
        let client = try LoadClient(port: emulator.port)
        let cold = try client.run(payload: 128, connections: 1, seconds: 0, warmUp: 0)
        table.add("cold start (first invoke)", cold.percentile(50) / 1000, "ms")
        for (name, payload) in [("128 B", 128), ("64 KiB", 65_536), ("1 MiB", 1 << 20)] {
            let load = try client.run(payload: payload, connections: 1, seconds: 1, warmUp: 20)
            table.add("\(name), 1 connection, p50", load.percentile(50), "us")
            table.add("\(name), 1 connection, p99", load.percentile(99), "us")
        }
        let before = emulator.cpuSeconds
        let load = try client.run(payload: 128, connections: 8, seconds: 1, warmUp: 50)
        table.add("128 B, 8 connections, invokes", load.perSecond, "/s")
        table.add(
            "emulator CPU per invoke, 8 connections", (emulator.cpuSeconds - before) / Double(load.total) * 1e6, "us")
        table.add("emulator resident memory after load", emulator.residentMegabytes, "MiB")
        try measureEvents(martlet, bootstrap, into: &table)
    }

    /// How fast asynchronous events are made durable, while they are run.
    private static func measureEvents(_ martlet: String, _ bootstrap: String, into table: inout FigureTable) throws {
        let emulator = try BenchmarkedEmulator(martlet: martlet, bootstrap: bootstrap, isDurable: true)
        defer { emulator.stop() }
        let client = try LoadClient(port: emulator.port, isAsynchronous: true)
        let load = try client.run(payload: 128, connections: 8, seconds: 2, warmUp: 50)
        table.add("128 B events, 8 connections, durable accepts", load.perSecond, "/s")
        table.add("128 B events, 8 connections, p99", load.percentile(99), "us")
    }
}
