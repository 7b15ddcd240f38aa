// SPDX-License-Identifier: Apache-2.0
import Buffers
import EventLoop
import HTTP1
import HTTPServer
import Randomness
import ServiceProtocols
import TestSupport
import Testing

@testable import APIGatewayService

private func moment(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: 1_700_000_000_000 + milliseconds) }

// AWS documentation, "Throttle requests to your HTTP APIs": token buckets of a rate and a burst.
@Suite("Throttling")
struct ThrottlingTests {
    /// How many of some requests at one moment a bucket lets through.
    private func admitted(_ bucket: inout TokenBucket, _ requests: Int, at milliseconds: Int64) -> Int {
        var count = 0
        for _ in 0..<requests where bucket.hasToken(at: moment(milliseconds)) {
            bucket.take(at: moment(milliseconds))
            count += 1
        }
        return count
    }

    @Test("A bucket lets its burst through at once, then its rate")
    func bucket() {
        var bucket = TokenBucket(ThrottlingLimit(rate: 10, burst: 3), at: moment(0))
        #expect(admitted(&bucket, 5, at: 0) == 3)
        #expect(admitted(&bucket, 5, at: 99) == 0)
        #expect(admitted(&bucket, 5, at: 100) == 1)
        #expect(admitted(&bucket, 5, at: 250) == 1)
        #expect(admitted(&bucket, 5, at: 300) == 1)
        #expect(admitted(&bucket, 5, at: 60_000) == 3)
    }

    @Test("A burst of none lets nothing through, a rate of none only the burst; a rate may be below one")
    func extremes() {
        var none = TokenBucket(ThrottlingLimit(rate: 10, burst: 0), at: moment(0))
        #expect(admitted(&none, 1, at: 10_000) == 0)
        var once = TokenBucket(ThrottlingLimit(rate: 0, burst: 2), at: moment(0))
        #expect(admitted(&once, 9, at: 0) == 2)
        #expect(admitted(&once, 9, at: 1_000_000) == 0)
        var slow = TokenBucket(ThrottlingLimit(rate: 0.5, burst: 1), at: moment(0))
        #expect(admitted(&slow, 2, at: 0) == 1)
        #expect(admitted(&slow, 2, at: 1999) == 0)
        #expect(admitted(&slow, 2, at: 2000) == 1)
    }

    @Test("A clock that is set back neither gives tokens nor takes them")
    func clockSetBack() {
        var bucket = TokenBucket(ThrottlingLimit(rate: 1, burst: 2), at: moment(10_000))
        #expect(admitted(&bucket, 1, at: 10_000) == 1)
        #expect(admitted(&bucket, 2, at: 0) == 1)
        #expect(admitted(&bucket, 1, at: 999) == 0)
        #expect(admitted(&bucket, 1, at: 1000) == 1)
    }

    @Test("However requests come, no more pass than the burst and the rate allow", arguments: 0..<8)
    func bound(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let limit = ThrottlingLimit(
            rate: Double(random.next() % 100) / 4, burst: Int(random.next() % 20))
        var bucket = TokenBucket(limit, at: moment(0))
        var (now, passed) = (Int64(0), 0)
        for _ in 0..<2000 {
            now += Int64(random.next() % 50)
            passed += admitted(&bucket, Int(random.next() % 4), at: now)
            #expect(Double(passed) <= Double(limit.burst) + limit.rate * Double(now) / 1000 + 1e-6, "seed \(seed)")
        }
    }

    @Test("The account has 10,000 requests a second and 5,000 at once, and a refused request takes no token")
    func account() {
        var throttle = RequestThrottle(at: moment(0))
        let route = throttle.add(ThrottlingLimit(rate: 1, burst: 1), at: moment(0))
        func admitted(_ route: Int?, of requests: Int, at milliseconds: Int64) -> Int {
            (0..<requests).reduce(0) { count, _ in count + (throttle.admits(route, at: moment(milliseconds)) ? 1 : 0) }
        }
        #expect(admitted(route, of: 10, at: 0) == 1)
        #expect(admitted(nil, of: 5000, at: 0) == 4999)
        #expect(admitted(nil, of: 20, at: 1) == 10)
        // The route has its token again when the account has none for it, and keeps it until then.
        #expect(admitted(nil, of: 6000, at: 1000) == 5000)
        #expect(admitted(route, of: 1, at: 1000) == 0)
        #expect(admitted(route, of: 2, at: 1001) == 1)
    }

    @Test("Settings of a route come before the stage's, and what neither says is the account's")
    func settings() throws {
        let stage = HTTPAPI.Stage(
            defaultRouteSettings: .init(throttlingBurstLimit: 5),
            routeSettings: ["GET /a": .init(throttlingBurstLimit: 1, throttlingRateLimit: 2.5)])
        #expect(stage.throttlingLimit(of: try RouteKey("GET /a")) == ThrottlingLimit(rate: 2.5, burst: 1))
        #expect(stage.throttlingLimit(of: try RouteKey("GET /b")) == ThrottlingLimit(rate: 10_000, burst: 5))
        #expect(HTTPAPI.Stage().throttlingLimit(of: try RouteKey("$default")) == nil)
    }

    @Test("A route over its limit answers 429; others go on, and time brings it back")
    func route() async throws {
        let harness = try GatewayHarness(
            stages: ["$default": [:], "dev": [:]],
            settings: ["POST /images": .init(throttlingBurstLimit: 2, throttlingRateLimit: 1)],
            loop: try SharedLoop.get()
        ) { _ in .returning("{}") }
        for status in [200, 200, 429] { #expect(await harness.send("POST", "/images").status == status) }
        let throttled = await harness.send("POST", "/images")
        #expect(throttled.text == #"{"message":"Too Many Requests"}"#)
        #expect(throttled.headers["content-type"] == "application/json")
        #expect(throttled.headers["apigw-requestid"] != nil)
        #expect(await harness.send("GET", "/images/1").status == 200)
        #expect(await harness.send("POST", "/dev/images").status == 200)
        #expect(harness.lambda.invocations.count == 4)
        harness.clock.advance(by: .seconds(1))
        for status in [200, 429] { #expect(await harness.send("POST", "/images").status == status) }
    }

    @Test("The stage's settings are for each route by itself")
    func defaults() async throws {
        let harness = try GatewayHarness(
            defaults: .init(throttlingBurstLimit: 1, throttlingRateLimit: 1), loop: try SharedLoop.get()
        ) { _ in .returning("{}") }
        for status in [200, 429] { #expect(await harness.send("POST", "/images").status == status) }
        for status in [200, 429] { #expect(await harness.send("GET", "/images/1").status == status) }
    }

    @Test("Settings for a route that is not there are refused")
    func unknownRoute() throws {
        let expected = HTTPAPIError("Unable to find Route by key GET /other within the provided RouteSettings")
        #expect(throws: expected) {
            try GatewayHarness(settings: ["GET /other": .init()], loop: try SharedLoop.get()) { _ in .returning("{}") }
        }
    }
}
