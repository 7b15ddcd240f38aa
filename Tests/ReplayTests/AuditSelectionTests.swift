// SPDX-License-Identifier: Apache-2.0
import Buffers
import JSON
import Testing

@testable import Replay

@Suite struct AuditSelectionTests {
    private static func events(_ count: Int) -> [AuditedEvent] {
        (0..<count).map { AuditedEvent(id: "\($0)", payload: Bytes("\($0)")) }
    }

    private static func pairs(
        _ events: [AuditedEvent], _ touched: [TouchedObjects], limit: Int = 100, seed: UInt64 = 0
    ) -> [AuditSelection.Pair] {
        AuditSelection(events, touched: touched, limit: limit, seed: seed).pairs
    }

    @Test(
        "Events change places where the one may see or undo what the other does",
        arguments: [
            (TouchedObjects(changed: ["b/k"]), TouchedObjects(changed: ["b/k"]), true),
            (TouchedObjects(changed: ["b/k"]), TouchedObjects(read: ["b/k"]), true),
            (TouchedObjects(read: ["b/k"]), TouchedObjects(changed: ["b/k"]), true),
            (TouchedObjects(changed: ["b/k"]), TouchedObjects(read: ["b/"]), true),
            (TouchedObjects(changed: ["b/k"]), TouchedObjects(changed: ["b/other"]), false),
            (TouchedObjects(read: ["b/k"]), TouchedObjects(read: ["b/k"]), false),
            (TouchedObjects(), TouchedObjects(), false),
        ])
    func meeting(first: TouchedObjects, second: TouchedObjects, meets: Bool) {
        #expect(Self.pairs(Self.events(2), [first, second]) == (meets ? [.init(0, 1)] : []))
    }

    @Test("The same event twice, and requests of clients, keep their places")
    func fixed() {
        let touched = [TouchedObjects](repeating: TouchedObjects(changed: ["b/k"]), count: 2)
        let same = AuditedEvent(id: "a", payload: "1")
        #expect(Self.pairs([same, same], touched).isEmpty)
        let requests = (0..<2).map {
            AuditedEvent(id: "\($0)", payload: Bytes(#"{"n":\#($0),"requestContext":{"http":{}}}"#))
        }
        #expect(Self.pairs(requests, touched).isEmpty)
    }

    @Test("What an event led to cannot come before it")
    func causes() {
        let events = [
            AuditedEvent(id: "a", payload: "1"), AuditedEvent(id: "b", payload: "2", causes: ["a"]),
            AuditedEvent(id: "c", payload: "3", causes: ["a"]),
        ]
        let touched = [TouchedObjects](repeating: TouchedObjects(changed: ["b/k"]), count: 3)
        #expect(Self.pairs(events, touched) == [.init(1, 2)])
    }

    @Test("Each event meets the next one that touches the same thing")
    func neighbours() {
        let touched = (0..<6).map { TouchedObjects(changed: [$0.isMultiple(of: 2) ? "b/even" : "b/odd"]) }
        let found = Set(Self.pairs(Self.events(6), touched))
        #expect(found.isSuperset(of: (0..<4).map { AuditSelection.Pair($0, $0 + 2) }))
        #expect(found.allSatisfy { ($0.second - $0.first).isMultiple(of: 2) && $0.first < $0.second })
    }

    @Test("The limit holds for events and for pairs, and the seed chooses", arguments: [UInt64(1), 2, 3])
    func limit(seed: UInt64) {
        let touched = [TouchedObjects](repeating: TouchedObjects(changed: ["b/k"]), count: 50)
        let one = AuditSelection(Self.events(50), touched: touched, limit: 7, seed: seed)
        #expect((one.events.count, one.pairs.count) == (7, 7))
        #expect(one.events == one.events.sorted())
        #expect(one == AuditSelection(Self.events(50), touched: touched, limit: 7, seed: seed))
        #expect(one != AuditSelection(Self.events(50), touched: touched, limit: 7, seed: seed + 10))
    }

    @Test(
        "Only requests of clients make things anew, unless they say that they may be repeated",
        arguments: [
            (#"{"Records":[]}"#, true, false), ("no JSON", true, false),
            (#"{"requestContext":{"http":{"method":"POST"}}}"#, false, true),
            (#"{"requestContext":{"elb":{}},"httpMethod":"POST"}"#, false, true),
            (#"{"requestContext":{"httpMethod":"POST"},"headers":{"Idempotency-Key":"1"}}"#, false, false),
            (#"{"requestContext":{"functionArn":"arn"},"version":"1.0"}"#, true, false),
        ])
    func delivery(payload: String, isUnordered: Bool, makesAnew: Bool) {
        let event = AuditedEvent(id: "1", payload: Bytes(payload))
        #expect((event.isUnordered, event.makesAnew) == (isUnordered, makesAnew))
    }
}
