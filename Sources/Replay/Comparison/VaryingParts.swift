// SPDX-License-Identifier: Apache-2.0
import Buffers
import Foundation
import JSON
import ServiceProtocols

/// What is known to vary from one run of an event to the next, wherever it stands.
///
/// | where | what |
/// |---|---|
/// | texts | UUIDs, times, trace ids, log streams, the emulator's addresses, temporary keys, what signs a URL |
/// | lines of a log | besides, numbers with a unit of time |
/// | numbers | moments near the run, in seconds or milliseconds since 1970 |
/// | members | those whose names say request id, trace id, signature, sequencer, executed version, duration |
/// | ARNs | the version or alias of the function that ran, by which the sides of a comparison were told apart |
///
/// What stands in the event itself does not vary: an id that the event brings is expected in the result.
struct VaryingParts {
    /// Members whose values are made anew each time, whatever they look like; names in lower case without `-` and `_`.
    private static let members: Set<String> = [
        "requestid", "awsrequestid", "functionrequestid", "extendedrequestid", "xamzrequestid", "xamzid2",
        "xamznrequestid", "xamzntraceid", "traceid", "xraytraceid", "spanid", "sequencer", "signature",
        "signingcerturl",
        "unsubscribeurl", "messageid", "logstream", "logstreamname", "executedversion", "functionversion",
    ]
    private static let durations: Set<String> = ["duration", "elapsed", "latency", "elapsedtime"]
    private static let units = ["milliseconds", "millis", "seconds", "ms", "us", "ns", "s"]
    /// How far from the run a number may be and still be a moment of it, in milliseconds.
    private static let nearness = 3_600_000.0

    private let event: [UInt8]
    private let moments: ClosedRange<Double>
    private var target: String?

    /// - Parameters:
    ///   - event: the event that was run.
    ///   - times: when it was run.
    ///   - target: as ``Observation/target``.
    init(event: Bytes, times: ClosedRange<Timestamp>, target: String? = nil) {
        self.event = event.array
        moments =
            Double(times.lowerBound.milliseconds) - Self.nearness...Double(times.upperBound.milliseconds)
            + Self.nearness
        // What the event itself names is expected as it is.
        if let target, !isInEvent(Array(target.utf8)[...]) { self.target = target }
    }

    /// The value with placeholders in place of what varies.
    ///
    /// - Parameter isLog: whether it is a line of a log.
    func masked(_ value: JSONValue, isLog: Bool = false) -> JSONValue {
        switch value {
        case .null, .bool: return value
        case .integer, .number: return isMoment(value) ? "<time>" : value
        case .string(let text):
            return .string(VaryingText(unqualified(text), isKept: isInEvent).masked(withDurations: isLog))
        case .array(let items): return .array(items.map { masked($0, isLog: isLog) })
        case .object(let members):
            return .object(
                Dictionary(
                    uniqueKeysWithValues: members.map { name, value in
                        (name, Self.varies(name, value) && !isInEvent(value) ? "<varies>" : masked(value, isLog: isLog))
                    }))
        }
    }

    /// The text with `function:name` in place of the target.
    private func unqualified(_ text: String) -> String {
        guard let target, let colon = target.lastIndex(of: ":"), text.contains(target) else { return text }
        var parts = text.components(separatedBy: target)
        let last = parts.removeLast()
        var result = ""
        for (part, next) in zip(parts, parts.dropFirst() + [last]) {
            // Version 12 is not version 1, and live-2 is not live.
            let isWhole = next.utf8.first.map { !VaryingText.isWord($0) && $0 != UInt8(ascii: "-") } ?? true
            result += part + (isWhole ? target[..<colon] : target[...])
        }
        return result + last
    }

    private static func varies(_ name: String, _ value: JSONValue) -> Bool {
        switch value {
        case .object, .array, .null: return false
        default: break
        }
        let plain = String(name.lowercased().filter { $0 != "-" && $0 != "_" })
        if members.contains(plain) { return true }
        guard value.double != nil else { return false }
        if durations.contains(plain) { return true }
        return units.contains { plain.hasSuffix($0) && durations.contains(String(plain.dropLast($0.count))) }
    }

    private func isMoment(_ value: JSONValue) -> Bool {
        guard let number = value.double, moments.contains(number) || moments.contains(number * 1000) else {
            return false
        }
        return !isInEvent(value)
    }

    private func isInEvent(_ value: JSONValue) -> Bool {
        guard let text = value.scalarText else { return false }
        return isInEvent(Array(text.utf8)[...])
    }

    private func isInEvent(_ part: ArraySlice<UInt8>) -> Bool {
        guard let first = part.first, part.count <= event.count else { return false }
        var start = 0
        let last = event.count - part.count
        while start <= last {
            guard let found = event[start...last].firstIndex(of: first) else { return false }
            if event[found...].starts(with: part) { return true }
            start = found + 1
        }
        return false
    }
}
