// SPDX-License-Identifier: Apache-2.0
import Buffers
import JSON
import ServiceProtocols
import Testing

@testable import Replay

@Suite struct AuditComparisonTests {
    private static let now = Timestamp(milliseconds: 1_795_294_160_000)
    private static let ids = [
        "0b5d8a53-7f3f-4a51-9f1b-0c2f7b6f7b11", "1b5d8a53-7f3f-4a51-9f1b-0c2f7b6f7b12",
        "2b5d8a53-7f3f-4a51-9f1b-0c2f7b6f7b13",
    ]

    private static func left(
        _ objects: [String: Bytes] = [:], calls: [JSONValue] = [],
        outcomes: [JournalRecord.Outcome] = [.succeeded]
    ) -> Aftermath {
        Aftermath(outcomes: outcomes, objects: objects, calls: calls, times: now...now)
    }

    private static func event(_ payload: String = "{}") -> AuditedEvent {
        AuditedEvent(id: "7", payload: Bytes(payload))
    }

    private static let request = event(#"{"requestContext":{"http":{"method":"POST"}}}"#)

    private static func paths(
        _ one: Aftermath, _ other: Aftermath, _ events: [AuditedEvent] = [event()], ignoring: [String] = [],
        leavingOut places: AuditComparison.Places = []
    ) throws -> [String] {
        let comparison = AuditComparison(ignoring: try ignoring.map { try JSONPath(shorthand: $0) })
        return comparison.differences(one, other, of: events, leavingOut: places).map(\.path)
    }

    @Test("What an object holds is compared member by member")
    func objects() throws {
        let (one, two) = (Self.left(["b/count.json": #"{"n":1}"#]), Self.left(["b/count.json": #"{"n":2}"#]))
        #expect(try Self.paths(one, one) == [])
        #expect(try Self.paths(one, two) == ["$.objects['b/count.json'].n"])
        #expect(try Self.paths(one, two, ignoring: ["objects['b/count.json'].n"]) == [])
        #expect(try Self.paths(one, Self.left()) == ["$.objects['b/count.json']"])
    }

    @Test("Bytes that are no text are told by their number and digest")
    func bytes() throws {
        let (one, two) = (Self.left(["b/i.png": Bytes([0xff, 0xfe])]), Self.left(["b/i.png": Bytes([0xff, 0xfd])]))
        #expect(try Self.paths(one, two) == ["$.objects['b/i.png'].sha256"])
    }

    @Test("A message more is a difference, and so is another end")
    func calls() throws {
        let call: JSONValue = ["kind": "publish", "payload": "paid"]
        #expect(try Self.paths(Self.left(calls: [call]), Self.left(calls: [call, call])) == ["$.calls[1]"])
        #expect(try Self.paths(Self.left(), Self.left(outcomes: [.failed])) == ["$.outcome"])
        let ends = Self.left(outcomes: [.succeeded, .succeeded])
        #expect(try Self.paths(ends, Self.left(outcomes: [.succeeded, .failed])) == ["$.outcomes[1]"])
    }

    @Test("What is made under a new name each time counts, unless a request is repeated that may make it anew")
    func newNames() throws {
        let once = Self.left(["b/orders/\(Self.ids[0]).json": "{}"], calls: [["payload": .string(Self.ids[0])]])
        let again = Self.left(["b/orders/\(Self.ids[1]).json": "{}"], calls: [["payload": .string(Self.ids[1])]])
        let twice = Self.left(
            ["b/orders/\(Self.ids[1]).json": "{}", "b/orders/\(Self.ids[2]).json": "{}"],
            calls: [["payload": .string(Self.ids[1])], ["payload": .string(Self.ids[2])]])
        #expect(try Self.paths(once, again) == [])
        #expect(try Self.paths(once, twice) == ["$.calls[1]", "$.objects['b/orders/<uuid>.json'][1]"])
        #expect(try Self.paths(once, twice, [Self.request]) == [])
        // What has no new name is not a request's own.
        let (sent, sentTwice) = (Self.left(calls: ["paid"]), Self.left(calls: ["paid", "paid"]))
        #expect(try Self.paths(sent, sentTwice, [Self.request]) == ["$.calls[1]"])
        let keyed = Self.event(#"{"requestContext":{"http":{}},"headers":{"idempotency-key":"k"}}"#)
        #expect(try Self.paths(once, twice, [keyed]).count == 2)
    }

    @Test("What an event brings does not vary")
    func brought() throws {
        let times = ["2026-11-21T20:49:20Z", "2026-11-21T20:49:21Z"]
        let (one, other) = (Self.left(["b/last": Bytes(times[0])]), Self.left(["b/last": Bytes(times[1])]))
        #expect(try Self.paths(one, other) == [])
        let events = times.map { Self.event(#"{"at":"\#($0)"}"#) }
        #expect(try Self.paths(one, other, events) == ["$.objects['b/last']"])
    }

    @Test("What differs when the same is done a second time is left out wherever it stands")
    func varying() throws {
        func calls(_ numbers: [Int]) -> Aftermath {
            Self.left(
                ["b/k": Bytes("{\"dice\":\(numbers[0]),\"n\":1}")], calls: numbers.map { ["dice": .integer(Int64($0))] }
            )
        }
        let places = AuditComparison().varyingPlaces(calls([4]), calls([2]), of: Self.event())
        #expect(places == ["$.calls[*].dice", "$.objects['b/k'].dice"])
        #expect(try Self.paths(calls([1]), calls([6]), leavingOut: places) == [])
        #expect(try Self.paths(calls([1]), calls([6, 5]), leavingOut: places) == ["$.calls[1]"])
    }
}
