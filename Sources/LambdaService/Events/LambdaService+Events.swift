// SPDX-License-Identifier: Apache-2.0
import Buffers
import ServiceProtocols

// Attempts of asynchronous events.
extension LambdaService: AsyncEventRunner {
    /// The rules of the qualifier that the event is for: there is none that stands in for it.
    func schedule(for event: AsyncEvent) -> AsyncRetrySchedule {
        guard let function = registry.functions[event.function] else {
            return AsyncRetrySchedule(maximumRetryAttempts: 0)
        }
        return function.eventInvoke[event.qualifier ?? "$LATEST"]?.schedule ?? AsyncRetrySchedule()
    }

    func attempt(_ event: AsyncEvent) async -> EventAttempt {
        guard let chaos = environment.chaos else { return await attemptNow(event) }
        return await attempt(event, in: chaos)
    }

    func attemptNow(_ event: AsyncEvent) async -> EventAttempt {
        // What the qualifier means is looked up anew each time: an alias may have moved.
        let name = event.qualifier.map { "\(event.function):\($0)" } ?? event.function
        guard let resolution = try? resolve(Invocation(function: name, payload: Bytes())) else {
            report("event \(event.id) is for \(name), which is not there any more")
            return EventAttempt(.functionFailed)
        }
        guard !isStopped(TraceHeader(queued: event.traceHeader).lineage, of: event.function) else {
            return EventAttempt(.recursive)
        }
        let request = InvocationRequest(
            requestID: event.id, invokedARN: resolution.invokedARN, payload: event.payload,
            traceHeader: event.traceHeader, source: .event,
            attempt: event.history.functionErrors + event.history.rejections + 1,
            mark: mark(of: event))
        tell(.attempted(age: environment.clock.now - event.accepted), of: event)
        switch await pool.run(request, on: resolution.version) {
        case .finished(let result):
            return EventAttempt(
                result.isError ? .functionFailed : .succeeded,
                EventAttempt.Response(
                    executedVersion: resolution.version.version, isError: result.isError, payload: result.payload))
        case .throttled:
            // A function that may run nothing is turned off: its events do not wait for better times.
            let isOff = registry.functions[event.function]?.reservedConcurrency == 0
            return EventAttempt(isOff ? .disabled : .rejected)
        case .abandoned: return EventAttempt(.rejected)
        }
    }

    func tellEnd(of event: AsyncEvent, _ condition: EventOutcome.Condition, _ attempt: EventAttempt?) {
        // What failed is counted already.
        let number = event.history.functionErrors + event.history.rejections + (condition == .success ? 1 : 0)
        for observer in observers {
            observer.eventEnded(
                event.id, hasSucceeded: condition == .success, attempt: attempt?.response == nil ? nil : number)
        }
    }

    func tell(_ change: AsyncEventChange, of event: AsyncEvent) {
        for observer in observers { observer.eventChanged(change, of: event.function, qualifier: event.qualifier) }
    }
}
