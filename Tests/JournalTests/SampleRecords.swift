// SPDX-License-Identifier: Apache-2.0
import Buffers
import Foundation
import Randomness
import ServiceProtocols

@testable import Journal

/// Random records, the same for the same seed.
struct SampleRecords {
    private var generator: SplitMix64
    private var next: RecordID
    private var time: Int64 = 1_790_000_000_000

    init(seed: UInt64, first: RecordID = 1) {
        generator = SplitMix64(seed: seed)
        next = first
    }

    mutating func record() -> JournalRecord {
        defer { next += Int64.random(in: 1...3, using: &generator) }
        time += Int64.random(in: 0...20, using: &generator)
        var record = JournalRecord(
            id: next, time: Timestamp(milliseconds: time), kind: pick(JournalRecord.Kind.allCases),
            cause: next > 10 && Bool.random(using: &generator)
                ? next - Int64.random(in: 1...9, using: &generator) : nil,
            source: pick(["lambda", "s3", "sns", "apigateway"]), outcome: pick(JournalRecord.Outcome.allCases))
        record.function = pick(["Resize", "Thumbnail", "Rare", nil])
        record.qualifier = pick(["live", nil])
        record.requestID = "request-\(next)"
        record.resource = pick(["arn:aws:s3:::images/\(next).png", nil])
        record.error = pick(["Sandbox.Timedout", nil, nil])
        if Bool.random(using: &generator) {
            record.payload = JournalRecord.Content(Bytes(payload()))
            record.run = JournalRecord.Run(
                isCold: Bool.random(using: &generator), initMilliseconds: pick([12.5, nil]), durationMilliseconds: 3.25,
                billedMilliseconds: 16, memoryMegabytes: 128, maxMemoryUsedMegabytes: 40)
        }
        record.result = pick([JournalRecord.Content(Bytes("{\"ok\": \(next), \"list\": [1, \"a\"]}")), nil])
        return record
    }

    mutating func records(_ count: Int) -> [JournalRecord] { (0..<count).map { _ in record() } }

    private mutating func payload() -> String {
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: "{\"detail\": {\"id\": \(Int.random(in: 0..<400, using: &generator)), \"name\": \"Köln \(next)\"}}"
        case 1: "{\"Records\":[{\"eventName\":\"ObjectCreated:Put\",\"n\":\(next).5}], \"on\": true}"
        case 2: "a line of a log about order-\(next)"
        case 3: "{\"escaped\": \"a\\\"b\\u00e9\", \"none\": null}"
        default: String(repeating: "long \(next) ", count: next % 97 == 0 ? 4000 : 3)
        }
    }

    private mutating func pick<T>(_ values: [T]) -> T { values[Int.random(in: 0..<values.count, using: &generator)] }
}

/// A folder that is gone afterwards.
func withFolder<T>(_ body: (URL) async throws -> T) async throws -> T {
    let folder = FileManager.default.temporaryDirectory.appending(path: "journal-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(folder)
}

/// A clock that stands still.
struct StoppedClock: EmulatorClock {
    var now = Timestamp(milliseconds: 1_790_000_000_000)

    func sleep(until deadline: Timestamp) async throws {}
}
