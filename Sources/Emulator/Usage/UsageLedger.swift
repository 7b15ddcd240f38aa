// SPDX-License-Identifier: Apache-2.0
import LambdaService
import ServiceProtocols

/// Keeps what functions used, minute by minute.
///
/// What it keeps is bounded: with too many minutes the older ones of each function are joined two by two, and with too
/// many functions those go that did nothing for the longest time.
struct UsageLedger: Sendable {
    fileprivate struct Span {
        let start: Int64
        /// The first minute after it.
        var end: Int64
        var usage: FunctionUsage
    }

    /// What was selected, and since when it was counted.
    struct Selection: Sendable {
        var since: Timestamp?
        var functions: [(name: String, usage: FunctionUsage)]
    }

    private static let minute: Int64 = 60_000

    private let mostSpans: Int
    /// Of each function by time; in minutes since 1970.
    private var functions: [String: [Span]] = [:]
    private var count = 0

    /// - Parameter mostSpans: how many minutes of all functions are kept as such.
    init(mostSpans: Int = 8192) {
        self.mostSpans = mostSpans
    }

    /// Counts an attempt for the minute in which it began.
    mutating func attemptEnded(_ record: InvocationRecord) {
        update(record.function, at: record.began) { $0.attemptEnded(record) }
    }

    mutating func attemptThrottled(_ function: String, at moment: Timestamp) {
        update(function, at: moment) { $0.attemptThrottled() }
    }

    /// What was used in the minute of a moment and later; `nil` stands for every function, and for all that is kept.
    ///
    /// Minutes that were joined are told as one when any of them counts.
    func select(_ function: String?, since: Timestamp?) -> Selection {
        let first = since.map { $0.milliseconds / Self.minute } ?? .min
        var selection = Selection(functions: [])
        for (name, spans) in functions where function ?? name == name {
            var usage: FunctionUsage?
            for span in spans where span.end > first {
                if usage?.merge(span.usage) == nil { usage = span.usage }
                let start = Timestamp(milliseconds: span.start * Self.minute)
                selection.since = min(selection.since ?? start, start)
            }
            if let usage { selection.functions.append((name, usage)) }
        }
        selection.functions.sort { $0.name < $1.name }
        return selection
    }

    private mutating func update(_ function: String, at moment: Timestamp, _ change: (inout FunctionUsage) -> Void) {
        let minute = moment.milliseconds / Self.minute
        let isNew = functions[function, default: []].update(minute, change)
        guard isNew else { return }
        count += 1
        if count > mostSpans { makeRoom(keeping: function) }
    }

    private mutating func makeRoom(keeping newest: String) {
        for name in functions.keys { functions[name]?.joinOlderHalf() }
        count = functions.values.reduce(0) { $0 + $1.count }
        guard count > mostSpans * 7 / 8 else { return }
        let others = functions.filter { $0.key != newest }
        let idle = others.sorted { ($0.value.last?.end ?? 0) < ($1.value.last?.end ?? 0) }
        for (name, spans) in idle.prefix(max(1, functions.count / 4)) {
            functions[name] = nil
            count -= spans.count
        }
    }
}

extension [UsageLedger.Span] {
    /// Changes the usage of a minute.
    ///
    /// - Returns: whether it took a new place.
    fileprivate mutating func update(_ minute: Int64, _ change: (inout FunctionUsage) -> Void) -> Bool {
        // Nearly always the last one.
        if let index = lastIndex(where: { $0.start <= minute }), minute < self[index].end {
            change(&self[index].usage)
            return false
        }
        let index = lastIndex { $0.start <= minute }.map { $0 + 1 } ?? 0
        var usage = FunctionUsage()
        change(&usage)
        insert(UsageLedger.Span(start: minute, end: minute + 1, usage: usage), at: index)
        return true
    }

    fileprivate mutating func joinOlderHalf() {
        var joined: [UsageLedger.Span] = []
        let older = prefix(count / 2)
        for (index, span) in older.enumerated() {
            if index.isMultiple(of: 2) {
                joined.append(span)
            } else {
                joined[joined.count - 1].end = span.end
                joined[joined.count - 1].usage.merge(span.usage)
            }
        }
        self = joined + dropFirst(count / 2)
    }
}
