// SPDX-License-Identifier: Apache-2.0

/// Events that came one after the other, their text in one piece: a line costs a copy and no allocation.
struct LogChunk {
    struct Record {
        let timestamp: Int64
        let ingestion: Int64
        let stream: Int32
        let start: Int32
        let count: Int32
    }

    /// The position of the first event.
    let base: Int
    private(set) var records: [Record] = []
    private(set) var text: [UInt8] = []
    /// The latest time of its events.
    private(set) var latest: Int64?

    init(base: Int) {
        self.base = base
    }

    /// The position after the last event.
    var end: Int { base + records.count }

    mutating func append(_ message: UnsafeRawBufferPointer, _ stream: Int, _ timestamp: Int64, _ ingestion: Int64) {
        records.append(
            Record(
                timestamp: timestamp, ingestion: ingestion, stream: Int32(stream), start: Int32(text.count),
                count: Int32(message.count)))
        text.append(contentsOf: message)
        latest = max(latest ?? timestamp, timestamp)
    }

    func text(of record: Record) -> String {
        String(decoding: text[Int(record.start)..<Int(record.start + record.count)], as: UTF8.self)
    }
}
