// SPDX-License-Identifier: Apache-2.0
import Buffers
import Chaos
import ServiceProtocols

extension JournalRecord {
    /// What the journal has of something that went wrong on purpose: the kind of its rule is the operation, what it
    /// struck is the cause, and the payload says which rule it was.
    init(_ strike: ChaosStrike, id: RecordID, time: Timestamp) {
        let point = strike.point
        self.init(id: id, time: time, kind: .chaos, cause: point.cause ?? Cause.current, source: point.service)
        operation = strike.kind.rawValue
        let names = [point.operation, point.resource, point.key].filter { !$0.isEmpty }
        if !names.isEmpty { resource = names.joined(separator: "/") }
        if !point.function.isEmpty { function = point.function }
        if !point.qualifier.isEmpty { qualifier = point.qualifier }
        if point.cause != nil { attempt = point.attempt }
        payload = Content(
            Bytes(#"{"rule":\#(strike.rule),"at":"\#(point.moment.rawValue)","occurrence":\#(strike.occurrence)}"#))
    }
}
