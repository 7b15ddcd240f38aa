// SPDX-License-Identifier: Apache-2.0
import ServiceProtocols
import Testing

@testable import Chaos

@Suite("Rules of chaos")
struct ChaosRuleTests {
    private static func rule(_ text: String) throws(ChaosRefusal) -> ChaosRule {
        var values: [String: ChaosValue] = [:]
        for (index, word) in text.split(separator: " ").enumerated() {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            guard index > 0, parts.count == 2 else {
                values["kind"] = .string(String(word))
                continue
            }
            values[parts[0]] =
                Int(parts[1]).map { .integer($0) } ?? Double(parts[1]).map { .number($0) } ?? .string(parts[1])
        }
        return try ChaosRule(values)
    }

    @Test(
        "A rule says what, where and how often",
        arguments: [
            "kill function=Resize at=response every=3", "stall rate=0.5 delay=1s-2s", "slow at=init first=1 factor=8",
            "duplicate every=2", "duplicate topic=orders every=2", "delay service=s3 bucket=a key=in/* rate=1 delay=5s",
            "lose queue=q first=1", "reorder function=f rate=0.1", "drop service=sns first=2", "truncate every=1",
            "corrupt qualifier=live every=1 attempts=2", "throttle rate=0.1 reason=FunctionInvocationRateLimitExceeded",
            "error bucket=b operation=Put* rate=0.1 code=SlowDown", "error service=sagemaker first=1 code=ModelError",
            "disk-full service=s3 rate=0.1", "clock-jump rate=1 by=10m-1h",
        ])
    func accepted(text: String) throws {
        let rule = try Self.rule(text)
        #expect(rule.text.split(separator: " ").sorted() == text.split(separator: " ").sorted())
    }

    @Test(
        "A rule that cannot be carried out is refused with the reason",
        arguments: [
            ("explode rate=1", "no kind explode"), ("rate=1", "no kind"), ("kill", "how often"),
            ("kill rate=1 every=2", "how often"), ("kill rate=0", "above 0"), ("kill rate=1.5", "up to 1"),
            ("kill every=0", "from 1"), ("kill first=x", "from 1"), ("kill rate=1 bucket=b", "lambda, not in s3"),
            ("kill rate=1 at=thaw", "invoke, init, response"), ("slow rate=1 at=response", "not at response"),
            ("delay rate=1", "needs delay"), ("delay rate=1 delay=5", "a time such as"),
            ("delay rate=1 delay=9s-1s", "a time such as"), ("delay rate=1 delay=99999999999999999999s", "such as"),
            ("error rate=1", "say service"), ("error rate=1 service=lambda", "not in lambda"),
            ("error rate=1 service=s3 code=Throttled", "SlowDown"), ("error rate=1 topic=t bucket=b", "is one of"),
            ("error rate=1 service=sagemaker code=ModelError operation=Invoke", "leave operation out"),
            ("throttle rate=1 reason=None", "no Reason"), ("disk-full rate=1 function=f", "as a whole"),
            ("duplicate rate=1 service=sqs function=f", "does not know a function"),
            ("duplicate rate=1 delay=1s", "has no delay"), ("slow rate=1 factor=1", "from 2"),
            ("clock-jump rate=1", "needs by"), ("kill rate=1 by=1h", "has no by"),
            ("kill rate=1 colour=red", "no colour"),
        ])
    func refused(text: String, reason: String) {
        let error = #expect(throws: ChaosRefusal.self) { try Self.rule(text) }
        #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
    }

    @Test(
        "Patterns match whole names",
        arguments: [
            ("*", "", true), ("a*", "abc", true), ("*c", "abc", true), ("a*c", "abbbc", true), ("a?c", "abc", true),
            ("a?c", "ac", false), ("abc", "abcd", false), ("in/*.json", "in/a/b.json", true), ("*a*b", "xaxbx", false),
            ("", "", true), ("", "a", false),
        ])
    func globs(pattern: String, text: String, matches: Bool) {
        #expect(Glob(pattern).matches(text) == matches)
    }

    @Test("A rule concerns the points that it names, and no others")
    func places() throws {
        var point = ChaosPoint(.response, of: "lambda")
        (point.function, point.qualifier, point.attempt) = ("Resize", "live", 2)
        #expect(try Self.rule("kill at=response function=Re* rate=1").concerns(point))
        #expect(try Self.rule("truncate qualifier=live attempts=2 rate=1").concerns(point))
        #expect(try !Self.rule("truncate attempts=1 rate=1").concerns(point))
        #expect(try !Self.rule("kill at=invoke rate=1").concerns(point))
        #expect(try !Self.rule("kill at=response function=Other rate=1").concerns(point))
        var request = ChaosPoint(.request, of: "s3")
        (request.resource, request.key, request.operation) = ("images", "in/1.json", "PutObject")
        #expect(try Self.rule("error bucket=images key=in/* operation=PutObject rate=1").concerns(request))
        #expect(try !Self.rule("error service=sns rate=1").concerns(request))
        #expect(try !Self.rule("drop bucket=images rate=1").concerns(request))
    }

    @Test("A delay of what is queued is a place in the queue, any other a wait before the delivery")
    func delays() throws {
        let rule = try Self.rule("delay rate=1 delay=1s-3s")
        for (service, moment) in [("lambda", ChaosPoint.Moment.acceptance), ("sqs", .acceptance), ("s3", .delivery)] {
            #expect(rule.concerns(ChaosPoint(moment, of: service)))
        }
        #expect(!rule.concerns(ChaosPoint(.delivery, of: "lambda")))
        for seed in 0..<100 {
            var draw = SeededDraw(seed: UInt64(seed))
            guard case .delay(let time) = rule.effect(&draw) else { return #expect(Bool(false)) }
            #expect(time >= .seconds(1) && time <= .seconds(3))
        }
    }
}
