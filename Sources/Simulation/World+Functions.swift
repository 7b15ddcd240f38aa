// SPDX-License-Identifier: Apache-2.0
import Buffers
import LambdaService
import ServiceProtocols

// What functions do, and what must be true of how they are run.
extension World: FunctionModel {
    private func function(_ name: String) -> Int {
        guard let index = World.functions.firstIndex(where: { $0.name == name }) else {
            preconditionFailure("there is no function \(name)")
        }
        return index
    }

    // MARK: Being asked

    func asked(_ invocation: ModelledInvocation) {
        guard !isOver else { return }
        note(10, invocation.requestID, invocation.attempt)
        guard !invocation.isSynchronous else { return }
        let id = invocation.requestID
        guard let event = events[id] else { return begin(invocation) }
        if !event.isLoose {
            if event.end != nil { problem("\(id) was attempted after its end") }
            if !event.isWaiting { problem("\(id) was attempted while it was in work") }
            if invocation.attempt != event.errors + event.rejections + 1 {
                problem("\(id): attempt \(invocation.attempt) came after \(event.errors) + \(event.rejections)")
            }
            if now < event.due { problem("\(id) came \(event.due - now) too early") }
            let expected = max(event.due, lifeStart)
            if now > expected, isCalm { problem("\(id) came \(now - expected) too late") }
            if now == event.due { outcome.exactRetries += 1 }
        }
        events[id]?.isWaiting = false
        events[id]?.changed = now
    }

    /// No write has failed of late, and the queue has room for all that is due.
    private var isCalm: Bool {
        now - lastFailure > .seconds(5) && inWork.reduce(0, +) < 128
    }

    /// The first that is heard of an event.
    private func begin(_ invocation: ModelledInvocation) {
        let (id, function) = (invocation.requestID, function(invocation.function))
        guard let number = World.number(in: invocation.payload) else { return problem("\(id) is nobody's") }
        let key = World.key(number, function)
        let isDoubtful = doubtful.contains(key)
        if !isDoubtful {
            if isDone(key) { problem("call \(number) was done, and is run as \(id)") }
            if sent[key] == nil { problem("call \(number) was not for \(invocation.function)") }
            if sent[key]?.requestID != nil { problem("call \(number) was taken twice") }
            if invocation.attempt != 1 { problem("\(id) begins with attempt \(invocation.attempt)") }
        }
        let isKnown = !isDoubtful && isCalm && sent[key]?.at == now
        sent[key]?.requestID = id
        events[id] = Event(
            key: key, function: function, accepted: isKnown ? now : nil, due: now, changed: now, isLoose: isDoubtful)
    }

    func accepted(_ invocation: ModelledInvocation) {
        guard !isOver else { return }
        let function = function(invocation.function)
        if let count = reserved[function], inWork[function] >= count, reservedAt[function] < now {
            problem("\(invocation.function) has more than \(count) in work")
        }
        if inWork.reduce(0, +) >= World.concurrency { problem("the account has more than its concurrency in work") }
        inWork[function] += 1
    }

    func throttled(_ invocation: ModelledInvocation) {
        guard !isOver else { return }
        let (id, function) = (invocation.requestID, function(invocation.function))
        outcome.throttles += 1
        note(11, id)
        let isFresh = reservedAt[function] == now
        // Requests have a rate of their own.
        guard !invocation.isSynchronous else { return }
        if !isFresh, inWork[function] < reserved[function] ?? .max {
            problem("\(id) was throttled with \(inWork[function]) in work of \(invocation.function)")
        }
        guard var event = events[id] else { return problem("\(id) was throttled unasked") }
        if isFresh { event.isLoose = true }
        if reserved[function] == 0 {
            end(&event, "ZeroReservedConcurrency")
        } else {
            event.rejections += 1
            // From a second to five minutes.
            retry(&event, after: min(300, 1 << min(event.rejections - 1, 9)))
        }
        events[id] = event
    }

    // MARK: Environments

    func started(environment: Int, of name: String) -> (duration: Duration, succeeds: Bool) {
        guard !isOver else { return (.zero, false) }
        note(12, name, environment)
        if environments.count >= World.environments { problem("more than \(World.environments) environments live") }
        if environments[environment] != nil { problem("environment \(environment) started twice") }
        environments[environment] = Environment(function: function(name))
        return (.milliseconds(random(10...300)), random(0...9) > 0)
    }

    func invoked(_ invocation: ModelledInvocation, in environment: Int) -> ModelledRun {
        guard !isOver else { return ModelledRun(duration: .zero, end: .crashed) }
        note(13, invocation.requestID, environment)
        if !invocation.isSynchronous { outcome.attempts += 1 }
        switch environments[environment] {
        case nil: problem("environment \(environment) is not there")
        case let known?:
            if known.requestID != nil { problem("environment \(environment) has two invocations") }
            if known.function != function(invocation.function) { problem("environment \(environment) is another's") }
        }
        environments[environment]?.requestID = invocation.requestID
        let time = Duration.milliseconds(random(1...150))
        switch random(0...99) {
        case ..<70: return ModelledRun(duration: time, end: .returned)
        case ..<90: return ModelledRun(duration: time, end: .failed)
        case ..<97: return ModelledRun(duration: time, end: .crashed)
        // It runs until its time is up.
        default: return ModelledRun(duration: .seconds(3), end: .crashed)
        }
    }

    func finished(_ invocation: ModelledInvocation, in environment: Int, _ end: ModelledRun.End) {
        guard !isOver else { return }
        let id = invocation.requestID
        note(14, id, environment)
        environments[environment]?.requestID = nil
        inWork[function(invocation.function)] -= 1
        guard !invocation.isSynchronous, var event = events[id] else { return }
        if case .returned = end {
            self.end(&event, "Success")
        } else {
            event.errors += 1
            if event.errors > World.functions[event.function].retries {
                self.end(&event, "RetriesExhausted")
            } else {
                retry(&event, after: 60 * event.errors)
            }
        }
        events[id] = event
    }

    func ended(environment: Int) {
        guard !isOver else { return }
        note(15, "", environment)
        guard let known = environments.removeValue(forKey: environment) else {
            return problem("environment \(environment) ended twice")
        }
        if known.requestID != nil { problem("environment \(environment) ended with an invocation") }
    }

    // MARK: The documented schedule

    /// The event is to be attempted again, unless it would be too old by then.
    private func retry(_ event: inout Event, after seconds: Int) {
        event.changed = now
        let next = now + .seconds(seconds)
        if let accepted = event.accepted, next - accepted > .seconds(World.functions[event.function].age) {
            return end(&event, "EventAgeExceeded")
        }
        event.due = next
        event.isWaiting = true
    }

    private func end(_ event: inout Event, _ condition: String) {
        event.changed = now
        event.end = (condition, now)
    }
}
