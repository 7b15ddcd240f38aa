// SPDX-License-Identifier: Apache-2.0
import Buffers
import ServiceProtocols
import Testing

@testable import Chaos

@Suite("What events are about")
struct ContentIdentityTests {
    private static func object(_ key: String, time: String) -> String {
        #"{"Records":[{"eventName":"ObjectCreated:Put","eventTime":"\#(time)","s3":{"bucket":{"name":"b"},"#
            + #""object":{"key":"\#(key)","sequencer":"\#(time)"}}}]}"#
    }

    private static func message(_ text: String, id: String) -> String {
        #"{"Records":[{"Sns":{"TopicArn":"t","MessageId":"\#(id)","Message":"\#(text)"}}]}"#
    }

    private static func inference(_ id: String, time: String) -> String {
        #"{\"inferenceId\":\"\#(id)\",\"invocationStatus\":\"Completed\",\"eventTime\":\"\#(time)\"}"#
    }

    @Test("Times and ids do not tell events apart, what they are about does")
    func identities() {
        let events = [
            [Self.object("a", time: "1"), Self.object("a", time: "2")], [Self.object("b", time: "1")],
            [Self.message("a", id: "1"), Self.message("a", id: "2")], [Self.message("b", id: "1")],
            [
                Self.message(Self.inference("x", time: "1"), id: "3"),
                Self.message(Self.inference("x", time: "2"), id: "4"),
            ],
            [Self.message(Self.inference("y", time: "1"), id: "3")],
            [
                #"{"routeKey":"GET /","rawPath":"/","requestContext":{"requestId":"1"}}"#,
                #"{"routeKey":"GET /","rawPath":"/","requestContext":{"requestId":"2"}}"#,
            ],
            ["{\"n\":1}"], ["{\"n\":2}"], ["no JSON"], [""],
        ]
        let found = events.map { Set($0.map { ContentIdentity.of(Bytes($0)) }) }
        #expect(found.allSatisfy { $0.count == 1 })
        #expect(Set(found.flatMap(\.self)).count == events.count)
    }

    @Test("In which order events come does not matter to a rate")
    func order() throws {
        func struck(_ order: [Int]) throws -> Set<Int> {
            var plan = ChaosPlan(seed: 3)
            _ = try plan.add(try ChaosRule(["kind": .string("kill"), "rate": .number(0.5)]))
            return Set(
                order.filter { number in
                    var point = ChaosPoint(.invocation, of: "lambda")
                    (point.function, point.content) = ("f", Bytes("{\"n\":\(number)}"))
                    return plan.decide(point) != nil
                })
        }
        let numbers = Array(0..<50)
        #expect(try struck(numbers) == struck(numbers.reversed()))
        #expect(try (10..<40).contains(struck(numbers).count))
    }
}
