// SPDX-License-Identifier: Apache-2.0
import AWSWire
import ArgumentParser
import Buffers
import Curl
import Emulator
import EventLoop
import Foundation
import HTTPClient

struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Show what functions did, how long they took, and what that would cost on AWS.",
        discussion: """
            Of an emulator that runs, since it started. What they did before --since is left out by whole minutes.

            Examples:
              martlet report                        all functions
              martlet report Resize --since 10m     one function, the last ten minutes
              martlet report --json | jq .total.cost
            """)

    @OptionGroup var lookback: LookbackArguments

    @Flag(help: "Print the report as JSON.")
    var json = false

    func run() async throws {
        let loop = try EventLoop.start(named: "martlet")
        let client = HTTPClient(loop: loop)
        let body: Data
        do {
            body = try await fetch(client)
        } catch {
            await client.close()
            throw error
        }
        await client.close()
        await loop.shutdown()
        if json { return Console.output(String(decoding: body, as: UTF8.self)) }
        let report = try JSONDecoder().decode(UsageReport.self, from: body)
        if let function = lookback.function, report.functions.isEmpty {
            throw Refused(description: "\(function) did nothing\(lookback.since == nil ? "" : " since then").")
        }
        Console.output(UsageTable(report).text)
    }

    /// - Throws: ``Refused`` with what the emulator said, or why nobody answered.
    private func fetch(_ client: HTTPClient) async throws -> Data {
        let endpoint = try lookback.emulator.resolved()
        var query = QueryString()
        if let function = lookback.function { query.add("function", function) }
        if let since = lookback.since { query.add("since", since.parameter) }
        let response: CurlResponse
        do {
            response = try await client.send(
                CurlRequest(method: "GET", url: "\(endpoint)/_martlet/report?\(query.encoded)"))
        } catch {
            throw Refused(description: "No answer from \(endpoint): \(error). Is 'martlet start' running there?")
        }
        guard response.status == 200 else {
            throw Refused(description: "status \(response.status): \(response.body.string)")
        }
        return Data(response.body.array)
    }
}
