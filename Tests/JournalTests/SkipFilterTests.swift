// SPDX-License-Identifier: Apache-2.0
import Buffers
import JSON
import Randomness
import ServiceProtocols
import Testing

@testable import Journal

@Suite("Filters of blocks")
struct SkipFilterTests {
    @Test("Nothing that was added is missed, also after folding and storing")
    func noFalseNegatives() throws {
        var generator = SplitMix64(seed: 3)
        var filter = SkipFilter()
        let keys = (0..<2000).map { _ in generator.next() }
        for key in keys { filter.add(key: key) }
        let text = (0..<300).map { _ in String(generator.next(), radix: 36) }.joined(separator: " ")
        text.utf8.withContiguousStorageIfAvailable { filter.add(text: UnsafeRawBufferPointer($0)) }
        let stored = filter.folded.bytes
        #expect(stored.count < SkipFilter.fullSize / 8)
        let read = try #require(stored.withUnsafeBytes { SkipFilter(bytes: $0) })
        for filter in [filter, read] {
            #expect(keys.allSatisfy(filter.mayContain(key:)))
            for length in 1...40 {
                let start = Int.random(in: 0..<(text.utf8.count - 40), using: &generator)
                let piece = Array(text.uppercased().utf8)[start..<(start + length)]
                #expect(filter.mayContain(text: piece))
            }
        }
        let others = (0..<2000).filter { _ in read.mayContain(key: generator.next()) }
        #expect(others.count < 40)
        #expect(!read.mayContain(text: "something else".utf8))
    }

    @Test("What is no filter is not read", arguments: [0, 7, 12, 24])
    func malformed(count: Int) {
        let bytes = [UInt8](repeating: 1, count: count)
        #expect(bytes.withUnsafeBytes { SkipFilter(bytes: $0) } == nil)
    }

    @Test("Whatever bytes come, scanning them for scalars ends")
    func scanning() {
        var generator = SplitMix64(seed: 5)
        let alphabet = Array("{}[]\",:\\ -+0123456789.eEtrufalsn\n".utf8)
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0..<60, using: &generator)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
            }
            bytes.withUnsafeBytes { bytes in
                var scanner = ScalarScanner(bytes)
                var count = 0
                scanner.scan { _ in count += 1 }
                #expect(count <= bytes.count)
            }
        }
    }
}

@Suite("Batches and what is taken out of them")
struct JournalBatchTests {
    private let record = JournalRecord(id: 1, time: Timestamp(milliseconds: 0), kind: .log, source: "lambda")

    @Test("The first record has the batch written soon, enough of them at once, and neither twice")
    func steps() {
        var batch = JournalBatch()
        #expect(batch.add(record) == .writeSoon)
        for _ in 2..<JournalBatch.enough.records { #expect(batch.add(record) == .none) }
        #expect(batch.add(record) == .writeNow)
        #expect(batch.add(record) == .none)
        #expect(batch.take().records.entries.count == JournalBatch.enough.records + 1)
        #expect(batch.add(record) == .writeSoon)
    }

    @Test("Bytes count too, and what finds no room is counted")
    func bytes() {
        var large = record
        large.payload = JournalRecord.Content(Bytes([UInt8](repeating: 0, count: 1 << 20)))
        var batch = JournalBatch()
        for _ in 1..<4 { _ = batch.add(large) }
        #expect(batch.add(large) == .writeNow)
        for _ in 4..<256 { _ = batch.add(large) }
        #expect(batch.add(large) == .none)
        #expect(batch.take().dropped == 1)
        #expect(batch.take().dropped == 0)
    }

    @Test(
        "Members are taken out by path; what has none keeps its bytes",
        arguments: [
            (
                "{\"password\": \"x\", \"a\": {\"password\": 1}}",
                "{\"a\":{\"password\":\"[redacted]\"},\"password\":\"[redacted]\"}"
            ),
            ("{ \"b\" : 1 }", "{ \"b\" : 1 }"), ("no JSON: password", "no JSON: password"),
        ])
    func redaction(payload: String, expected: String) throws {
        let redaction = Redaction(paths: [try JSONPath("$..password")], limit: 1000)
        var record = record
        record.payload = JournalRecord.Content(Bytes(payload))
        redaction.apply(to: &record)
        #expect(record.payload?.bytes.string == expected)
        #expect(record.payload?.isTruncated == false)
    }

    @Test("Of what was cut off before, nothing is kept where something is to be taken out")
    func cutBeforehand() throws {
        var (record, budget) = (record, ContentBudget())
        let secret = "{\"password\": \"hidden\", \"rest\": \"\(String(repeating: "x", count: ContentBudget.burst))\"}"
        record.payload = JournalRecord.Content(Bytes(secret))
        #expect(!budget.spend(on: &record, limit: .max, at: .now))
        let redaction = Redaction(paths: [try JSONPath("$.password")], limit: .max)
        redaction.apply(to: &record)
        let text = record.payload?.bytes.string ?? ""
        #expect(text.count < 20 && text == "\"[redacted]\"")
        let size = record.payload?.size
        #expect(size == secret.utf8.count)
        #expect(record.payload?.isTruncated == true)
    }

    @Test("What is longer than the limit is cut, and says how long it was", arguments: [9, 10, 11])
    func truncation(count: Int) {
        var record = record
        record.result = JournalRecord.Content(Bytes([UInt8](repeating: 65, count: count)))
        Redaction(paths: [], limit: 10).apply(to: &record)
        #expect(record.result?.bytes.count == min(count, 10))
        #expect(record.result?.size == count)
        #expect(record.result?.isTruncated == (count > 10))
    }
}
