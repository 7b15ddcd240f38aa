// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Emulator
import Foundation
import JSON

struct ChaosCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chaos",
        abstract: "Make things go wrong on purpose in a running emulator, the same way for the same seed.",
        discussion: """
            Rules may also stand in martlet.toml, as [[chaos.rules]], or in the file of 'martlet start --chaos FILE';
            docs/chaos.md has all of them.

            Examples:
              martlet chaos                                            the rules, and how often each struck
              martlet chaos add kill --function Resize --rate 0.1      one in ten environments is killed in its work
              martlet chaos add duplicate --topic orders --every 5     each fifth message comes twice
              martlet chaos add error --bucket images --operation PutObject --first 2 --code SlowDown
              martlet chaos add delay --service s3 --rate 0.5 --delay 1s-30s
              martlet chaos remove 2
              martlet chaos seed 7                                     begin anew with another seed
              martlet chaos clear                                      nothing goes wrong any more
            """,
        subcommands: [Show.self, Add.self, Remove.self, Clear.self, Seed.self], defaultSubcommand: Show.self)

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the rules, how often each struck, and the latest strikes.")

        @Option(help: "How many of the latest strikes are shown.")
        var strikes = 10

        @OptionGroup var remote: ChaosClient

        func run() async throws {
            let body = try await remote.call("GET", "")
            if remote.json { return Console.output(body) }
            let report = try JSONDecoder().decode(ChaosReport.self, from: Data(body.utf8))
            Console.output(ChaosTable.text(report, strikes: max(0, strikes)))
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a rule: what, where, how often.",
            discussion: """
                Kinds: duplicate, delay, reorder, drop, lose (deliveries); kill, stall, slow, truncate, corrupt, throttle
                (functions); error (requests to s3, sns, sqs, sagemaker); clock-jump; disk-full.

                Examples:
                  martlet chaos add kill --function 'Post*' --at response --every 4
                  martlet chaos add error --service sagemaker --code ModelError --rate 0.2
                """)

        @Argument(help: "What the rule does.", completion: .list(Self.kinds))
        var kind: String

        @Option(help: "Where: lambda, s3, sns, sqs or sagemaker.")
        var service: String?
        @Option(help: "The function; * and ? stand for anything, here and below.")
        var function: String?
        @Option(help: "The function's version or alias.")
        var qualifier: String?
        @Option(help: "The bucket.")
        var bucket: String?
        @Option(help: "The object's key.")
        var key: String?
        @Option(help: "The topic's name.")
        var topic: String?
        @Option(help: "The queue's name.")
        var queue: String?
        @Option(help: "The endpoint's name.")
        var endpointName: String?
        @Option(help: "The operation, PutObject say.")
        var operation: String?
        @Option(help: "When in an environment's life: init, invoke or response.")
        var at: String?
        @Option(help: "How often: with this probability, above 0 and up to 1.")
        var rate: Double?
        @Option(help: "How often: each Nth time.")
        var every: Int?
        @Option(help: "How often: the first N times.")
        var first: Int?
        @Option(help: "Strike at the first N attempts of each event only.")
        var attempts: Int?
        @Option(help: "How long: 200ms, 5s, 2m, or a range such as 1s-10s.")
        var delay: String?
        @Option(help: "How far the clock jumps: 1h, or a range such as 10m-1d.")
        var by: String?
        @Option(help: "How slow: one part in so many of the time.")
        var factor: Int?
        @Option(help: "The error's code, SlowDown say.")
        var code: String?
        @Option(help: "The Reason of a throttle.")
        var reason: String?

        @OptionGroup var remote: ChaosClient

        private static let kinds = [
            "duplicate", "delay", "reorder", "drop", "lose", "kill", "stall", "slow", "truncate", "corrupt", "throttle",
            "error", "clock-jump", "disk-full",
        ]

        func run() async throws {
            let texts: [String: String?] = [
                "kind": kind, "service": service, "function": function, "qualifier": qualifier, "bucket": bucket,
                "key": key, "topic": topic, "queue": queue, "endpoint": endpointName, "operation": operation, "at": at,
                "delay": delay, "by": by, "code": code, "reason": reason,
            ]
            let counts = ["every": every, "first": first, "attempts": attempts, "factor": factor]
            var rule = texts.compactMapValues { $0.map { JSONValue.string($0) } }
            rule.merge(counts.compactMapValues { $0.map { .integer(Int64($0)) } }) { $1 }
            rule["rate"] = rate.map { .number($0) }
            let body = try await remote.call("POST", "/rules", JSONValue.object(rule))
            if remote.json { return Console.output(body) }
            let added = JSONValue(parsing: body)
            Console.output("rule \(added?["id"]?.scalarText ?? ""): \(added?["text"]?.string ?? "")")
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Remove a rule.")

        @Argument(help: "The rule's number, as 'martlet chaos' shows it.")
        var id: Int

        @OptionGroup var remote: ChaosClient

        func run() async throws {
            try await remote.show(try await remote.call("DELETE", "/rules/\(id)"))
        }
    }

    struct Clear: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Remove all rules.")

        @OptionGroup var remote: ChaosClient

        func run() async throws {
            try await remote.show(try await remote.call("DELETE", "/rules"))
        }
    }

    struct Seed: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Begin anew with another seed; the rules stay.")

        @Argument(help: "A number from 0.")
        var seed: Int

        @OptionGroup var remote: ChaosClient

        func run() async throws {
            let body = JSONValue.object(["seed": .integer(Int64(seed))])
            try await remote.show(try await remote.call("PUT", "/seed", body))
        }
    }
}
