// SPDX-License-Identifier: Apache-2.0
import Buffers
import Randomness
import ServiceProtocols
import Testing

@testable import Journal

@Suite("Large contents")
struct ContentBudgetTests {
    private let start = ContinuousClock.now

    private func record(_ payload: Int, _ result: Int = 0) -> JournalRecord {
        var record = JournalRecord(id: 1, time: Timestamp(milliseconds: 0), kind: .invocation, source: "lambda")
        record.payload = .init(Bytes([UInt8](repeating: 7, count: payload)))
        record.result = .init(Bytes([UInt8](repeating: 9, count: result)))
        return record
    }

    @Test("Those that come now and then are kept, and those that come in a flood are cut")
    func flood() {
        var budget = ContentBudget()
        let large = record(1 << 20, 1 << 20)
        var (kept, cut) = (0, 0)
        for _ in 0..<200 {
            var record = large
            if budget.spend(on: &record, limit: 256 << 10, at: start) {
                kept += 1
                #expect(record == large)
            } else {
                cut += 1
                #expect(record.payload?.bytes == large.payload?.bytes.slice(0..<ContentBudget.beginning))
                #expect(record.result?.size == 1 << 20)
                #expect(record.result?.isTruncated == true)
            }
        }
        // Each takes half a MiB.
        #expect((kept, cut) == (2 * ContentBudget.burst >> 20, 200 - 2 * ContentBudget.burst >> 20))
        for second in 1...60 {
            var record = large
            #expect(budget.spend(on: &record, limit: 256 << 10, at: start + .seconds(second)))
        }
    }

    @Test("What is small stays whole beside what is cut")
    func small() {
        var budget = ContentBudget()
        var mixed = record(16 << 10, 64 << 20)
        #expect(!budget.spend(on: &mixed, limit: .max, at: start))
        #expect(mixed.payload?.bytes.count == 16 << 10)
        #expect(mixed.result?.bytes.count == ContentBudget.beginning)
    }

    @Test("Over any time no more is kept than the rate and the burst allow", arguments: 0..<16)
    func bound(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var (budget, kept, now) = (ContentBudget(), 0, start)
        for _ in 0..<400 {
            now += .microseconds(Int64(random.next() % 20_000))
            var record = record(
                Int.random(in: 0...(1 << 20), using: &random), Int.random(in: 0...(1 << 18), using: &random))
            if budget.spend(on: &record, limit: 1 << 20, at: now) {
                kept += (record.payload?.bytes.count ?? 0) + (record.result?.bytes.count ?? 0)
            }
            let seconds = (now - start) / .seconds(1)
            let most = Double(ContentBudget.burst) + seconds * Double(ContentBudget.rate)
            #expect(Double(kept) <= most, "seed \(seed)")
        }
        #expect(kept > ContentBudget.burst)
    }
}
