// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Buffers
import Curl
import Emulator
import EventLoop
import Foundation
import HTTPClient
import JSON

/// The options of every command about chaos, and how they reach the emulator.
struct ChaosClient: ParsableArguments {
    @OptionGroup var emulator: EndpointArguments

    @Flag(help: "Print what the emulator answers, as JSON.")
    var json = false

    /// Calls `/_martlet/chaos`.
    ///
    /// - Returns: the answer's body, JSON.
    /// - Throws: ``Refused`` with what the emulator said, or why nobody answered.
    func call(_ method: String, _ path: String, _ body: JSONValue? = nil) async throws -> String {
        let endpoint = try emulator.resolved()
        let loop = try EventLoop.start(named: "martlet")
        let client = HTTPClient(loop: loop)
        let request = CurlRequest(
            method: method, url: "\(endpoint)/_martlet/chaos\(path)", headers: [("Content-Type", "application/json")],
            body: body.map { Bytes($0.text) })
        let response: Result<CurlResponse, any Error>
        do {
            response = .success(try await client.send(request))
        } catch {
            response = .failure(
                Refused(description: "No answer from \(endpoint): \(error). Is 'martlet start' running there?"))
        }
        await client.close()
        await loop.shutdown()
        let answer = try response.get()
        guard (200..<300).contains(answer.status) else {
            let message = JSONValue(parsing: answer.body.string)?["message"]?.string
            throw Refused(description: message ?? "status \(answer.status): \(answer.body.string)")
        }
        return answer.body.string
    }

    /// Shows the rules as they are after a change.
    func show(_ body: String) async throws {
        if json { return Console.output(body) }
        Console.output(
            ChaosTable.text(try JSONDecoder().decode(ChaosReport.self, from: Data(body.utf8)), strikes: 0))
    }
}

/// How rules and strikes are shown.
enum ChaosTable {
    /// How often what struck, on a line.
    static func summary(_ report: ChaosReport) -> String {
        let kinds = Dictionary(report.rules.map { ($0.text.prefix { $0 != " " }, $0.struck) }, uniquingKeysWith: +)
        let counts = kinds.filter { $0.value > 0 }.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        return "Chaos with seed \(report.seed): \(counts.isEmpty ? "nothing struck" : counts.joined(separator: ", "))."
    }

    /// - Parameter strikes: how many of the latest strikes are shown.
    static func text(_ report: ChaosReport, strikes: Int) -> String {
        guard !report.rules.isEmpty || !report.strikes.isEmpty else {
            return "Nothing goes wrong on purpose; 'martlet chaos add --help' says how to change that."
        }
        var rules = TextTable([("rule", .right), ("what", .left), ("met", .right), ("struck", .right)])
        for rule in report.rules {
            rules.add([
                "\(rule.id)", TextTable.Cell(rule.text), "\(rule.met)",
                TextTable.Cell("\(rule.struck)", rule.struck > 0 ? .yellow : nil),
            ])
        }
        var parts = ["seed \(report.seed)", rules.text]
        let latest = report.strikes.suffix(strikes)
        if !latest.isEmpty {
            var table = TextTable([
                ("strike", .right), ("rule", .right), ("what", .left), ("time", .right), ("where", .left),
            ])
            for strike in latest {
                table.add([
                    "\(strike.number)", "\(strike.rule)", TextTable.Cell(strike.kind), "\(strike.occurrence)",
                    TextTable.Cell(strike.at),
                ])
            }
            parts += ["", table.text]
        }
        return parts.joined(separator: "\n")
    }
}
