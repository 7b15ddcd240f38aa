// SPDX-License-Identifier: Apache-2.0
import Buffers
import JSON
import ServiceProtocols

/// Takes out of records what nobody shall read, and what is too long.
struct Redaction: Sendable {
    /// What stands in the place of a value that was taken out.
    static let replacement = JSONValue.string("[redacted]")

    let paths: [JSONPath]
    /// How many bytes of a payload or a result are kept.
    let limit: Int

    /// Whether records of this form have anything that is to go.
    func concerns(_ records: PackedRecords) -> Bool {
        !paths.isEmpty || limit < PackedRecord.largestContent
            || records.apart.contains { max($0.payload?.count ?? 0, $0.result?.count ?? 0) > limit }
    }

    func apply(to record: inout JournalRecord) {
        let longest = max(record.payload?.bytes.count ?? 0, record.result?.bytes.count ?? 0)
        guard !paths.isEmpty || longest > limit else { return }
        if let payload = record.payload { record.payload = applied(to: payload) }
        if let result = record.result { record.result = applied(to: result) }
    }

    private func applied(to content: JournalRecord.Content) -> JournalRecord.Content {
        var content = content
        if !paths.isEmpty {
            if content.isTruncated {
                // Nobody can tell any more what of it stood at these paths.
                content.bytes = Bytes(Self.replacement.text)
            } else if let bytes = redacted(content.bytes) {
                content = .init(bytes)
            }
        }
        return content.cut(to: limit)
    }

    /// Nil for what is no JSON, and for what has nothing at these paths: its bytes are kept as they are.
    private func redacted(_ bytes: Bytes) -> Bytes? {
        guard var value = bytes.withUnsafeBytes({ JSONValue(parsing: $0) }) else { return nil }
        var isChanged = false
        for path in paths {
            value.replace(at: path) { _ in
                isChanged = true
                return Self.replacement
            }
        }
        return isChanged ? Bytes(value.text) : nil
    }
}
