// SPDX-License-Identifier: Apache-2.0
import AWSWire
public import Buffers
public import JSON
public import ServiceProtocols

/// What runs of a function left behind, whatever they returned.
public struct Aftermath: Sendable {
    /// How the last run of each event ended, in the order of the events.
    public var outcomes: [JournalRecord.Outcome]
    /// What is there of the objects that somebody touched, by their names: `bucket/key`.
    public var objects: [String: Bytes]
    /// What the runs published, sent, invoked and asked for, in any order.
    public var calls: [JSONValue]
    /// When they ran.
    public var times: ClosedRange<Timestamp>

    /// What was left behind.
    public init(
        outcomes: [JournalRecord.Outcome], objects: [String: Bytes], calls: [JSONValue],
        times: ClosedRange<Timestamp>
    ) {
        self.outcomes = outcomes
        self.objects = objects
        self.calls = calls
        self.times = times
    }

    /// As one document: `outcome` (`outcomes` of several events), `objects` by their names, `calls`.
    ///
    /// Objects whose names are made anew each time are in a list under the name without that part.
    ///
    /// - Parameter isCollapsed: whether what was made several times under new names counts once.
    func document(varying: VaryingParts, isCollapsed: Bool) -> (plain: JSONValue, masked: JSONValue) {
        var plain = objectMembers(varying, isCollapsed)
        var calls = calls.map(\.expanded).map { (plain: $0, masked: varying.masked($0)) }
            .sorted { $0.masked.text < $1.masked.text }
        if isCollapsed { Self.collapse(&calls) { $0.masked.text.contains(VaryingText.uuid) } }
        plain.plain["calls"] = .array(calls.map(\.plain))
        plain.masked["calls"] = .array(calls.map(\.masked))
        return (.object(plain.plain), .object(plain.masked))
    }

    private typealias Both = (plain: JSONValue, masked: JSONValue)

    private func objectMembers(
        _ varying: VaryingParts, _ isCollapsed: Bool
    ) -> (plain: [String: JSONValue], masked: [String: JSONValue]) {
        var single: [String: Both] = [:]
        var anew: [String: [Both]] = [:]
        for (name, body) in objects {
            let content = JSONValue(contentOf: body)
            let both = (plain: content, masked: varying.masked(content))
            let masked = varying.masked(.string(name)).string ?? name
            if masked == name { single[name] = both } else { anew[masked, default: []].append(both) }
        }
        var plain = single.mapValues(\.plain)
        var masked = single.mapValues(\.masked)
        for (name, found) in anew {
            var found = found.sorted { $0.masked.text < $1.masked.text }
            if isCollapsed { Self.collapse(&found) { _ in true } }
            plain[name] = .array(found.map(\.plain))
            masked[name] = .array(found.map(\.masked))
        }
        let ends = outcomes.map { JSONValue.string($0.rawValue) }
        let (end, endName) = ends.count == 1 ? (ends[0], "outcome") : (.array(ends), "outcomes")
        return ([endName: end, "objects": .object(plain)], [endName: end, "objects": .object(masked)])
    }

    /// Leaves one of those that are the same.
    private static func collapse(_ items: inout [Both], where fits: (Both) -> Bool) {
        var seen: Set<String> = []
        items.removeAll { fits($0) && !seen.insert($0.masked.text).inserted }
    }
}

extension JSONValue {
    /// What an object holds: JSON, text, or how many bytes of what digest.
    fileprivate init(contentOf body: Bytes) {
        guard body.withUnsafeBytes({ String(validating: $0, as: UTF8.self) }) == nil else {
            self.init(readable: body)
            return
        }
        let digest = Hex.encode(body.withUnsafeBytes { Checksum.value(.sha256, of: $0) })
        self = ["bytes": .integer(Int64(body.count)), "sha256": .string(digest)]
    }
}
