// SPDX-License-Identifier: Apache-2.0
import Foundation
import ServiceProtocols
import Testing

@testable import Journal

@Suite("What events led to")
struct JournalChangesTests {
    private static func record(
        _ id: RecordID, _ kind: JournalRecord.Kind, cause: RecordID? = nil, object: String? = nil
    ) -> JournalRecord {
        var record = JournalRecord(
            id: id, time: Timestamp(milliseconds: id), kind: kind, cause: cause, source: "lambda")
        record.resource = object
        return record
    }

    /// An event and an invocation, each of which writes; the event's object leads to another event.
    private static let records = [
        record(1, .object, object: "old"), record(2, .event), record(3, .attempt, cause: 2),
        record(4, .object, cause: 3, object: "new"), record(5, .object, cause: 3, object: "old"),
        record(6, .event, cause: 4), record(7, .attempt, cause: 6), record(8, .object, cause: 7, object: "later"),
        record(9, .invocation), record(10, .object, cause: 9, object: "new"),
        record(11, .object, cause: 9, object: "own"),
        record(12, .object, object: "own"),
    ]

    private func withFile(_ body: (JournalFile) throws -> Void) async throws {
        try await withFolder { folder in
            let file = try JournalFile(directory: folder)
            var writer = JournalWriter(file: file)
            try writer.write(Self.records)
            try body(file)
        }
    }

    @Test("What runs wrote first is theirs, whoever writes it later; what was there before is not")
    func made() async throws {
        try await withFile { file throws in
            #expect(try file.objectsMade(byRunsOf: [2]) == ["new"])
            #expect(try file.objectsMade(byRunsOf: [9]) == ["own"])
            #expect(try file.objectsMade(byRunsOf: [2, 6, 9]) == ["new", "later", "own"])
            #expect(try file.objectsMade(byRunsOf: []) == [])
        }
    }

    @Test("An event has led to another through its runs and what they wrote")
    func causes() async throws {
        try await withFile { file throws in
            #expect(try file.causes(among: [2, 6, 9]) == [6: [2]])
            #expect(try file.causes(among: [6, 9]) == [:])
        }
    }
}
