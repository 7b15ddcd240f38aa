// SPDX-License-Identifier: Apache-2.0
import ServiceProtocols

/// What chaos does to asynchronous events.
extension LambdaService {
    /// What becomes of an event that is accepted.
    ///
    /// - Returns: the event, perhaps due later; nil for one that is to be lost.
    func spoiled(_ event: AsyncEvent, by chaos: any ChaosPoints) -> AsyncEvent? {
        switch chaos.strike(at: ChaosPoint(.acceptance, event)) {
        case .lose: return nil
        case .delay(let time):
            var event = event
            event.due = event.accepted + time
            return event
        default: return event
        }
    }

    /// One attempt at an event, as chaos lets it happen.
    ///
    /// An attempt that is dropped did not reach the function: it is made again as after an error of the system
    /// (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html).
    func attempt(_ event: AsyncEvent, in chaos: any ChaosPoints) async -> EventAttempt {
        let point = ChaosPoint(.delivery, event)
        let effect = chaos.strike(at: point)
        if let effect { await chaos.hold(effect, at: point) }
        if effect == .drop { return EventAttempt(.rejected) }
        // The result of the first of two is nobody's: the event has one outcome.
        if effect == .duplicate { _ = await attemptNow(event) }
        let attempt = await attemptNow(event)
        chaos.passed(point)
        return attempt
    }
}

extension ChaosPoint {
    fileprivate init(_ moment: Moment, _ event: AsyncEvent) {
        self.init(moment, of: "lambda")
        (function, qualifier) = (event.function, event.qualifier ?? "$LATEST")
        attempt = event.history.functionErrors + event.history.rejections + 1
        content = event.payload
        cause = event.record
    }
}
