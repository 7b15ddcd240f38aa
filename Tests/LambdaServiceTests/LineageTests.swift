// SPDX-License-Identifier: Apache-2.0
import Randomness
import Testing

@testable import LambdaService

// https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
@Suite("The lineage of invocations")
struct LineageTests {
    /// How many invocations run until a chain that visits functions in this order, over and over, is stopped.
    private func runs(entry: [UInt32] = [], loop: [UInt32]) -> [UInt32: Int] {
        var lineage: Lineage?
        var runs: [UInt32: Int] = [:]
        for function in entry + (0..<100).flatMap({ _ in loop }) {
            let next = lineage?.next(for: function) ?? Lineage(first: function)
            if next.isLoop { return runs }
            lineage = next
            runs[function, default: 0] += 1
        }
        return [:]
    }

    @Test("A function that calls itself runs 16 times")
    func selfLoop() {
        #expect(runs(loop: [7]) == [7: 16])
    }

    @Test("A loop is found wherever the chain entered it, after 16 rounds and a few", arguments: 1...9)
    func loops(length: Int) throws {
        for entry in 0...5 {
            let loop = (0..<length).map { UInt32(100 + $0) }
            let runs = runs(entry: (0..<entry).map { UInt32($0) }, loop: loop)
            let most = try #require(runs.values.max())
            #expect((16...19).contains(most), "entry \(entry), length \(length)")
        }
    }

    @Test("A chain without a loop goes on for ever")
    func chain() {
        var lineage = Lineage(first: 0)
        for function in 1..<100_000 as Range<UInt32> { lineage = lineage.next(for: function) }
        #expect(!lineage.isLoop)
    }

    @Test("A header carries it on, and what is no header is replaced")
    func header() throws {
        var random = RandomBits(seed: 1)
        let first = TraceHeader(from: nil, function: 0xab, seconds: 0x6920_0000, &random)
        let pattern = try Regex(
            "Root=1-69200000-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0;Lineage=1:000000ab:0")
        #expect(try pattern.wholeMatch(in: first.text) != nil)
        let second = TraceHeader(from: first.text, function: 0xab, seconds: 0, &random)
        #expect(second.text == first.text.dropLast("1:000000ab:0".count) + "2:000000ab:1")
        #expect(TraceHeader(queued: second.text).lineage == second.lineage)
        let plain = TraceHeader(from: "Root=1-2-3;Sampled=1", function: 1, seconds: 0, &random)
        #expect(plain.text == "Root=1-2-3;Sampled=1;Lineage=1:00000001:0")
        // The older form, which had an entry for each resource.
        let older = TraceHeader(
            from: "Root=1-2-3;Lineage=a87bd80c:1|c512fbe3:2", function: 0xc512_fbe3, seconds: 0, &random)
        #expect(older.lineage.loops == 3)
        for text in [
            "Root=1-2-3;Lineage=", "Root=1;Lineage=::", "Root=;Lineage=1:zzzzzzzz:0",
            "Root=;Lineage=9999999:12345678:999",
        ] {
            #expect(TraceHeader(from: text, function: 1, seconds: 0, &random).lineage.loops == 0)
        }
    }
}
