// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import JSON
import LambdaService
import Randomness
import TriggerEvents

struct GenerateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Write an event as a service would send it; without arguments, list what can be made.",
        discussion: """
            The same command writes the same event. With --random, values are random but valid, and the same for the
            same seed; several events come as JSON Lines.

            Examples:
              martlet events generate s3 put > put.json
              martlet events generate apigateway http-api-proxy --set rawPath=/images
              martlet events generate sqs receive-message --random 100 --seed 7 > messages.jsonl
              martlet events generate sns notification | martlet invoke StateTracker --event -
            """)

    @Argument(help: "The service that sends it.", completion: .list(services))
    var service: String?

    @Argument(help: "Which of its events.", completion: .list(EventSamples.all.map(\.event)))
    var event: String?

    @Option(
        help: "A value by its JSON path: path=value, where the value is JSON or else text. Can be repeated.",
        transform: { try JSONAssignment($0) })
    var set: [JSONAssignment] = []

    @Option(help: "How many random events.")
    var random: Int?

    @Option(help: "What random events follow from.")
    var seed: UInt64?

    @Option(help: "The account of the event: twelve digits.")
    var account = "000000000000"

    @Option(help: "The region of the event; by default AWS_REGION, else us-east-1.")
    var region = ProcessInfo.processInfo.environment["AWS_REGION"] ?? "us-east-1"

    private static let services = EventSamples.all.map(\.service).uniqued

    func validate() throws {
        if let random, !(1...1_000_000).contains(random) {
            throw ValidationError("--random takes a number from 1 to 1000000, not \(random).")
        }
        if seed != nil, random == nil { throw ValidationError("--seed is for random events: add --random 1.") }
        guard account.count == 12, account.allSatisfy({ $0.isASCII && $0.isNumber }) else {
            throw ValidationError("--account takes twelve digits, not '\(account)'.")
        }
    }

    func run() throws {
        guard let service else { return Console.output(Self.table(EventSamples.all).text) }
        let samples = EventSamples.all.filter { $0.service == service }
        guard !samples.isEmpty else {
            throw ValidationError(
                "There are no events of '\(service)'. There are those of \(Self.services.joined(separator: ", ")).")
        }
        guard let event else { return Console.output(Self.table(samples).text) }
        guard let sample = samples.first(where: { $0.event == event }) else {
            let names = samples.map(\.event).joined(separator: ", ")
            throw ValidationError("\(service) has no event '\(event)'. It has \(names).")
        }
        let place = SamplePlace(account: account, region: region)
        guard let random else { return Console.output(try changed(sample.usual(in: place)).indentedText()) }
        let seed = seed ?? UInt64.random(in: 0...UInt64(UInt32.max))
        if self.seed == nil { Console.note("seed \(seed)") }
        var generator = RandomBits(seed: seed)
        for _ in 0..<random {
            let event = try changed(sample.random(in: place, using: &generator))
            Console.output(random == 1 ? event.indentedText() : event.text)
        }
    }

    private func changed(_ event: JSONValue) throws -> JSONValue {
        var event = event
        for assignment in set {
            do {
                try event.set(assignment.value, at: assignment.path)
            } catch {
                throw ValidationError("--set \(error)")
            }
        }
        return event
    }

    private static func table(_ samples: [EventSample]) -> TextTable {
        var table = TextTable([("SERVICE", .left), ("EVENT", .left), ("WHAT IT TELLS", .left)])
        for sample in samples {
            table.add([.init(sample.service), .init(sample.event, .green), .init(sample.summary, .dim)])
        }
        return table
    }
}

extension Sequence where Element: Hashable {
    /// Each element once, in the order of first appearance.
    fileprivate var uniqued: [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
