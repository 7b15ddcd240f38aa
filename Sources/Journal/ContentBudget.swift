// SPDX-License-Identifier: Apache-2.0
import Buffers
import ServiceProtocols

/// How much of large payloads and results is kept, when more of them come than a disk should be given.
///
/// Small ones are always kept. At the rate of which this is the limit, the journal is full within nine minutes.
struct ContentBudget {
    /// Payloads and results up to this are always kept, in bytes.
    static let small = 16 << 10
    /// How much is kept of larger ones that there is no room for, in bytes.
    static let beginning = 1 << 10
    /// How many bytes of large ones are kept in a second, and at once after a while without any.
    static let (rate, burst) = (2 << 20, 16 << 20)

    /// In bytes.
    private var left = burst
    private var last: ContinuousClock.Instant?

    static func isLarge(_ record: JournalRecord) -> Bool {
        (record.payload?.bytes.count ?? 0) > small || (record.result?.bytes.count ?? 0) > small
    }

    /// Takes what a record's contents need, or cuts them to their beginning.
    ///
    /// - Parameter limit: how much of a payload or a result is kept in any case.
    /// - Returns: whether there was enough.
    mutating func spend(on record: inout JournalRecord, limit: Int, at now: ContinuousClock.Instant) -> Bool {
        if let last {
            let seconds = (now - last) / .seconds(1)
            left += Int(min(seconds, 1) * Double(Self.rate))
            left = min(left, Self.burst)
        }
        last = now
        let needed = min(record.payload?.bytes.count ?? 0, limit) + min(record.result?.bytes.count ?? 0, limit)
        guard needed > left else {
            left -= needed
            return true
        }
        if let payload = record.payload, payload.bytes.count > Self.small {
            record.payload = payload.cut(to: Self.beginning)
        }
        if let result = record.result, result.bytes.count > Self.small {
            record.result = result.cut(to: Self.beginning)
        }
        return false
    }
}

extension JournalRecord.Content {
    /// The first bytes, copied, so that the memory of the others is let go; all of them where there are no more.
    func cut(to limit: Int) -> JournalRecord.Content {
        guard bytes.count > limit else { return self }
        return .init(bytes.slice(0..<limit).withUnsafeBytes { Bytes(copying: $0) }, size: size)
    }
}
