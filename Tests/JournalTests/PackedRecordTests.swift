// SPDX-License-Identifier: Apache-2.0
import Buffers
import Randomness
import ServiceProtocols
import Testing

@testable import Journal

@Suite("Records as they are stored")
struct PackedRecordTests {
    private func packed(_ records: [JournalRecord]) -> PackedRecords {
        var packer = RecordPacker()
        for record in records { packer.add(record) }
        return packer.finish()
    }

    @Test("A record comes back as it was, with contents that lie apart", arguments: 0..<8 as Range<UInt64>)
    func roundTrip(seed: UInt64) {
        var sample = SampleRecords(seed: seed)
        var records = sample.records(500)
        records[7].payload = .init(Bytes([UInt8](repeating: 0xE9, count: 5000)), size: 9000)
        records[9].result = .init(Bytes([UInt8](repeating: 7, count: 4096)))
        let packed = packed(records)
        #expect(packed.records == records, "seed \(seed)")
        let large = records.filter { max($0.payload?.bytes.count ?? 0, $0.result?.bytes.count ?? 0) > 4096 }
        #expect(packed.apart.map(\.id) == large.map(\.id))
    }

    @Test("Every part of a record is kept, however odd")
    func parts() {
        var record = JournalRecord(
            id: .max, time: Timestamp(milliseconds: -1), kind: .chaos, cause: .max - 1, source: "", outcome: .refused)
        record.operation = ""
        record.version = "7"
        record.traceHeader = "Root=1-5759e988-bd862e3fe1be46a994272793"
        (record.attempt, record.status) = (.min, .max)
        record.run = .init(
            isCold: true, initMilliseconds: 0.1, durationMilliseconds: .infinity, billedMilliseconds: -1,
            memoryMegabytes: 0, maxMemoryUsedMegabytes: 10_240)
        record.payload = .init(Bytes(), size: 12)
        record.result = .init(Bytes([0, 0xFF]), size: 1 << 40)
        #expect(packed([record]).records == [record])
    }

    @Test("Every kind and every outcome has its place, which files rely on")
    func places() {
        #expect(Set(PackedRecord.kinds) == Set(JournalRecord.Kind.allCases))
        #expect(Set(PackedRecord.outcomes) == Set(JournalRecord.Outcome.allCases))
        #expect(PackedRecord.kinds.firstIndex(of: .request) == 0)
        #expect(PackedRecord.kinds.firstIndex(of: .chaos) == 12)
        #expect(PackedRecord.outcomes.map(\.rawValue) == ["succeeded", "accepted", "failed", "throttled", "refused"])
    }

    @Test(
        "Bytes that are no records are refused or mean something else, and harm nobody",
        arguments: 0..<50 as Range<UInt64>)
    func damaged(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var sample = SampleRecords(seed: seed)
        let whole = packed(sample.records(20)).bytes.array
        for _ in 0..<50 {
            var bytes = whole.prefix(Int.random(in: 0...whole.count, using: &random)).map { $0 }
            for _ in 0..<Int.random(in: 0...4, using: &random) where !bytes.isEmpty {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            var read = 0
            let isWhole = bytes.withUnsafeBytes { memory in
                try? PackedRecord.forEach(in: memory) { head, bytes in
                    if PackedRecord(head, bytes)?.record != nil { read += 1 }
                    return true
                }
            }
            #expect(read <= 20 || isWhole == nil, "seed \(seed)")
            if bytes == whole { #expect(read == 20) }
        }
    }
}
