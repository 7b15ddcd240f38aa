// SPDX-License-Identifier: Apache-2.0
import ServiceProtocols
import Testing

@testable import Emulator
@testable import LambdaService

@Suite struct UsageTests {
    private static func record(
        _ function: String = "f", minute: Int64 = 0, duration: Double = 10, billed: Int = 10, memory: Int = 1024,
        used: Int = 40, isCold: Bool = false, outcome: InvocationRecord.Outcome = .succeeded
    ) -> InvocationRecord {
        InvocationRecord(
            requestID: "", target: InvocationTarget(function: function, version: "1", invokedARN: ""), logStream: "",
            source: .requestResponse, attempt: 1, isCold: isCold, durationMilliseconds: duration,
            billedMilliseconds: billed, maxMemoryUsedMegabytes: used, outcome: outcome,
            began: Timestamp(milliseconds: minute * 60_000), traceHeader: "", memoryMegabytes: memory,
            concurrency: ConcurrencyCount(function: 1, account: 1, unreserved: 1))
    }

    private static func report(_ ledger: UsageLedger, _ function: String? = nil, minute: Int64? = nil) -> UsageReport {
        let since = minute.map { Timestamp(milliseconds: $0 * 60_000) }
        return UsageReport(
            ledger.select(function, since: since), until: Timestamp(milliseconds: 0), architecture: "x86_64")
    }

    @Test("Attempts add up, each with the memory that was set when it ran")
    func sums() throws {
        var ledger = UsageLedger()
        ledger.attemptEnded(Self.record(duration: 99.5, billed: 600, memory: 1024, isCold: true))
        ledger.attemptEnded(Self.record(duration: 10.5, billed: 400, memory: 512, used: 90, outcome: .failed))
        ledger.attemptThrottled("f", at: Timestamp(milliseconds: 0))
        let row = try #require(Self.report(ledger).functions.first)
        #expect((row.invocations, row.errors, row.throttles, row.coldStarts) == (2, 1, 1, 1))
        #expect(row.billedDuration == 1000)
        #expect(row.gigabyteSeconds == 0.8)
        #expect(row.duration == .init(average: 55, p50: 10.5, p95: 99.5, p99: 99.5))
        #expect(row.memory == .init(configured: 512, maximumUsed: 90))
        #expect(abs(row.cost.x86 - (0.000_000_4 + 0.8 * 0.000_016_666_7)) < 1e-15)
    }

    @Test("Only the minutes since then count, and the report says since when it counts")
    func since() {
        var ledger = UsageLedger()
        for minute in [3, 1, 2, 3] as [Int64] { ledger.attemptEnded(Self.record(minute: minute)) }
        #expect(Self.report(ledger).total.invocations == 4)
        #expect(Self.report(ledger).since == "1970-01-01T00:01:00.000Z")
        #expect(Self.report(ledger, minute: 2).total.invocations == 3)
        #expect(Self.report(ledger, minute: 2).since == "1970-01-01T00:02:00.000Z")
        #expect(Self.report(ledger, minute: 4).functions.isEmpty)
        #expect(Self.report(ledger, "g").since == nil)
    }

    @Test("What is kept is bounded: older minutes are joined, and none of the counts is lost")
    func bound() {
        var ledger = UsageLedger(mostSpans: 64)
        for minute in 0..<5000 as Range<Int64> { ledger.attemptEnded(Self.record(minute: minute)) }
        #expect(Self.report(ledger).total.invocations == 5000)
        // The latest minutes are told one by one.
        #expect(Self.report(ledger, minute: 4990).total.invocations == 10)
        for number in 0..<1000 { ledger.attemptEnded(Self.record("f\(number)", minute: 6000)) }
        #expect(Self.report(ledger).functions.count <= 64)
        #expect(Self.report(ledger, "f999").total.invocations == 1)
    }

    // https://aws.amazon.com/blogs/compute/introducing-tiered-pricing-for-aws-lambda/
    @Test("GB-seconds get cheaper by tiers")
    func tiers() {
        #expect(abs(LambdaPrices.x86.duration(gigabyteSeconds: 6e9) - 100_000.2) < 1e-6)
        let second = 100_000.2 + 9e9 * 0.000_015
        #expect(abs(LambdaPrices.x86.duration(gigabyteSeconds: 15e9) - second) < 1e-6)
        #expect(abs(LambdaPrices.x86.duration(gigabyteSeconds: 16e9) - second - 13_333.4) < 1e-6)
        #expect(abs(LambdaPrices.arm.duration(gigabyteSeconds: 7.5e9) - 100_000.5) < 1e-6)
        #expect(LambdaPrices.arm.duration(gigabyteSeconds: 0) == 0)
    }

    @Test("Less memory is suggested only where a half would do, after some runs", arguments: [4, 5])
    func memory(runs: Int) {
        var ledger = UsageLedger()
        for _ in 0..<runs {
            ledger.attemptEnded(Self.record("small", memory: 512, used: 90))
            ledger.attemptEnded(Self.record("full", memory: 512, used: 210))
            ledger.attemptEnded(Self.record("smallest", memory: 128, used: 10))
        }
        let report = Self.report(ledger)
        #expect(report.functions.map(\.function) == ["full", "small", "smallest"])
        #expect(report.functions.map(\.memory?.sufficient) == [nil, runs == 5 ? 128 : nil, nil])
    }
}
