// SPDX-License-Identifier: Apache-2.0
public import Buffers
public import JSON
public import ServiceProtocols

extension RecordPage {
    /// `{"events": […], "next": 7}`, without `next` on the last page.
    public func json(withContent: Bool) -> [UInt8] {
        var json = Array("{\"events\":[".utf8)
        for (index, record) in records.enumerated() {
            if index > 0 { json.append(UInt8(ascii: ",")) }
            json += record.json(withContent: withContent)
        }
        json += Array("]".utf8)
        if let next { json += Array(",\"next\":\(next)".utf8) }
        return json + [UInt8(ascii: "}")]
    }

    /// Reads what ``json(withContent:)`` wrote; nil for anything else.
    public init?(_ json: JSONValue) {
        guard case .array(let events)? = json["events"] else { return nil }
        let records = events.compactMap(JournalRecord.init)
        guard records.count == events.count else { return nil }
        var next: RecordID?
        if case .integer(let id)? = json["next"] { next = id }
        self.init(records: records, next: next)
    }
}

extension [JournalRecord] {
    /// One record a line, with payloads: an export.
    public var lines: Bytes {
        var lines = BytesBuilder(capacity: count * 512)
        for record in self {
            lines.append(contentsOf: record.json())
            lines.append("\n")
        }
        return lines.finish()
    }
}

extension JournalFile {
    /// The record that a number or a request id names; nil where there is none.
    ///
    /// Blocks.
    ///
    /// - Throws: the database's error.
    public func number(_ name: String) throws -> RecordID? {
        if let id = RecordID(name) { return id }
        return try record(ofRequest: name)?.id
    }
}
