// SPDX-License-Identifier: Apache-2.0
import ServiceProtocols
import Testing

@testable import LambdaService

// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
@Suite("The retry schedule of asynchronous events")
struct AsyncRetryScheduleTests {
    private let accepted = Timestamp(milliseconds: 1_000_000)

    @Test("A failing function is run again after one and then two minutes, and no more")
    func functionErrors() {
        let schedule = AsyncRetrySchedule()
        var history = AsyncRetrySchedule.History()
        var now = accepted + .seconds(3)
        #expect(
            schedule.decide(after: .functionFailed, &history, accepted: accepted, now: now)
                == .retry(at: now + .seconds(60)))
        now = now + .seconds(63)
        #expect(
            schedule.decide(after: .functionFailed, &history, accepted: accepted, now: now)
                == .retry(at: now + .seconds(120)))
        #expect(
            schedule.decide(after: .functionFailed, &history, accepted: accepted, now: now) == .drop(.retriesExhausted))
    }

    @Test("Success ends it, whatever came before")
    func success() {
        var history = AsyncRetrySchedule.History(functionErrors: 2, rejections: 9)
        #expect(AsyncRetrySchedule().decide(after: .succeeded, &history, accepted: accepted, now: accepted) == .done)
    }

    @Test("Rejections back off from one second to five minutes and use up no retry")
    func rejections() {
        let schedule = AsyncRetrySchedule()
        var history = AsyncRetrySchedule.History()
        var delays: [Int64] = []
        for _ in 0..<12 {
            guard case .retry(let at) = schedule.decide(after: .rejected, &history, accepted: accepted, now: accepted)
            else { continue }
            delays.append((at - accepted).wholeMilliseconds / 1000)
        }
        #expect(delays == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300])
        #expect(history.functionErrors == 0)
    }

    // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html: with a reserved concurrency of
    // zero, events go to the dead-letter queue without a retry.
    @Test("A function that is turned off gets no retry")
    func disabled() {
        var history = AsyncRetrySchedule.History()
        #expect(
            AsyncRetrySchedule().decide(after: .disabled, &history, accepted: accepted, now: accepted)
                == .drop(.zeroReservedConcurrency))
    }

    @Test("An event is dropped when its next attempt would come after its age")
    func age() {
        let schedule = AsyncRetrySchedule(maximumRetryAttempts: 2, maximumAge: .seconds(100))
        var history = AsyncRetrySchedule.History()
        #expect(
            schedule.decide(after: .functionFailed, &history, accepted: accepted, now: accepted + .seconds(40))
                == .retry(at: accepted + .seconds(100)))
        history = .init()
        #expect(
            schedule.decide(after: .functionFailed, &history, accepted: accepted, now: accepted + .seconds(41))
                == .drop(.eventAgeExceeded))
        #expect(!schedule.isExpired(accepted: accepted, now: accepted + .seconds(100)))
        #expect(schedule.isExpired(accepted: accepted, now: accepted + .milliseconds(100_001)))
    }

    @Test("No retries means one attempt", arguments: [0, 1, 2])
    func attempts(maximum: Int) {
        let schedule = AsyncRetrySchedule(maximumRetryAttempts: maximum)
        var history = AsyncRetrySchedule.History()
        var attempts = 1
        while case .retry = schedule.decide(after: .functionFailed, &history, accepted: accepted, now: accepted) {
            attempts += 1
        }
        #expect(attempts == maximum + 1)
    }
}
