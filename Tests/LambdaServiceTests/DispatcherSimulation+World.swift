// SPDX-License-Identifier: Apache-2.0
import ServiceProtocols

@testable import LambdaService

/// What happens to the dispatcher, and to the events that come again.
extension DispatcherSimulation {
    struct Event {
        /// The function's place in ``current``: a function that is deleted and made again gets its events.
        let place: Int
        let accepted: Timestamp
        let schedule: AsyncRetrySchedule
        var history = AsyncRetrySchedule.History()
        var due: Timestamp
        var ends = 0
    }

    private var clock: Timestamp { Timestamp(milliseconds: now.nanoseconds / 1_000_000) }

    mutating func step() {
        pass(Int64.random(in: 0..<20_000_000, using: &random))
        // Calls come in waves: of every second, a part is busy.
        let isBusy = now.nanoseconds % 1_000_000_000 < busyNanoseconds
        switch Int.random(in: 0..<200, using: &random) {
        case (isBusy ? 0 : 60)..<80: arrive()
        case 80..<88: crash()
        case 88..<90: update()
        case 90..<93: reserve()
        case 93..<94: delete()
        case 94..<95: jump()
        case 95..<98: provision()
        default: progress()
        }
        retry()
        check()
    }

    /// No more arrivals: all that was accepted must come to an end.
    mutating func finish() {
        var rounds = 0
        while inWork > 0 || !scheduled.isEmpty, rounds < 1_000_000, problems.isEmpty {
            progress()
            if inWork == 0 { jump() }
            retry()
            check()
            rounds += 1
        }
        if let lost = works.firstIndex(where: { $0.outcomes != 1 }) {
            problems.append("work \(lost) ended \(works[lost].outcomes) times")
        }
        if let lost = events.firstIndex(where: { $0.ends != 1 }) {
            problems.append("event \(lost) ended \(events[lost].ends) times")
        }
        if dispatcher.concurrency != 0 { problems.append("concurrency ends at \(dispatcher.concurrency)") }
    }

    private mutating func check() {
        if environments.count > limits.environments { problems.append("\(environments.count) environments live") }
        if environments.count != dispatcher.liveEnvironments { problems.append("environments were miscounted") }
        if dispatcher.concurrency != inWork { problems.append("\(dispatcher.concurrency) in work, not \(inWork)") }
        var waiting = 0
        var idle = 0
        for version in versions.values {
            waiting += version.waiting.count
            idle += version.idle.count + version.provisionedIdle.count
        }
        checkProvisioned()
        let running = environments.values.reduce(0) { if case .running = $1.doing { $0 + 1 } else { $0 } }
        if running + waiting != inWork { problems.append("\(inWork) in work: \(running) run, \(waiting) wait") }
        if waiting > 0, idle == environments.count { problems.append("work waits and nothing is on its way") }
    }

    /// No version has more than it should, and it lacks some only where the machine has no room or they fail.
    private mutating func checkProvisioned() {
        for (id, version) in versions {
            let own = environments.values.filter { $0.version == id && $0.isProvisioned && $0.doing != .ending }
            let unused = own.filter { if case .running = $0.doing { false } else { true } }
            if unused.count > version.target { problems.append("version \(id) has \(unused.count) provisioned") }
            if own.count < version.target, !version.hasFailed, environments.count < limits.environments {
                problems.append("version \(id) has \(own.count) provisioned, not \(version.target), and there is room")
            }
            let ready = own.filter { $0.doing != .starting }.count
            if dispatcher.allocation(of: id).ready != ready { problems.append("version \(id) has not \(ready) ready") }
        }
    }

    // MARK: What happens

    private mutating func pass(_ nanoseconds: Int64) {
        now = now + nanoseconds
        for (id, function) in functions where function.debt > 0 || function.requestDebt > 0 {
            functions[id]?.debt = max(0, function.debt - nanoseconds)
            functions[id]?.requestDebt = max(0, function.requestDebt - nanoseconds)
        }
    }

    /// To the moment at which the next event is due.
    private mutating func jump() {
        guard let nextDue else { return }
        pass(max(0, nextDue.milliseconds * 1_000_000 - now.nanoseconds))
    }

    private mutating func arrive() {
        invocations += 1
        let place = Int.random(in: current.indices, using: &random)
        if Int.random(in: 0..<3, using: &random) == 0 {
            let schedule = AsyncRetrySchedule(
                maximumRetryAttempts: Int.random(in: 0...2, using: &random),
                maximumAge: .seconds(Int.random(in: 60...600, using: &random)))
            events.append(Event(place: place, accepted: clock, schedule: schedule, due: clock))
            attempt(events.count - 1)
        } else {
            submit(current[place], version(of: place), event: nil)
        }
    }

    private mutating func version(of place: Int) -> Int {
        functions[current[place]]?.versions.randomElement(using: &random) ?? 0
    }

    /// A new revision of `$LATEST`.
    private mutating func update() {
        guard let function = current.randomElement(using: &random), let old = functions[function]?.versions.first
        else { return }
        functions[function]?.versions.removeFirst()
        let new = makeVersion(of: function)
        // It is the first again.
        functions[function]?.versions.removeLast()
        functions[function]?.versions.insert(new, at: 0)
        let moved = retired(old, successor: new)
        if !moved.isEmpty { problems.append("orphans in spite of a successor") }
    }

    private mutating func delete() {
        let place = Int.random(in: current.indices, using: &random)
        let function = current[place]
        var orphans: [Int] = []
        for version in functions[function]?.versions ?? [] {
            let waiting = versions[version]?.waiting ?? []
            let given = retired(version, successor: nil)
            if given != waiting { problems.append("orphans \(given), not \(waiting)") }
            orphans += given
        }
        dispatcher.functionDeleted(function)
        functions[function]?.reserved = nil
        functions[function]?.versions = []
        current[place] = makeFunction()
        for work in orphans {
            leave(work)
            ended(work, .rejected)
        }
    }

    private mutating func retired(_ version: Int, successor: Int?) -> [Int] {
        let waiting = versions[version]?.waiting ?? []
        versions[version]?.waiting = []
        versions[version]?.target = 0
        versions[version]?.hasFailed = false
        if let successor { versions[successor]?.waiting = waiting }
        let (orphans, changes) = dispatcher.versionRetired(version, successor: successor, at: now)
        apply(changes)
        if versions[version]?.idle.isEmpty == false { problems.append("version \(version) keeps idle environments") }
        return orphans
    }

    /// Has environments of a version provisioned, as far as the machine and the limits allow it.
    private mutating func provision() {
        guard let function = current.randomElement(using: &random),
            let version = functions[function]?.versions.randomElement(using: &random),
            let old = versions[version]?.target
        else { return }
        let all = versions.values.reduce(0) { $0 + $1.target } - old
        let claimed = functions.reduce(0) { $0 + ($1.value.reserved ?? provisioned($1.key)) }
        var most = limits.environments - 2 - all
        if let reserved = functions[function]?.reserved {
            most = min(most, reserved - (provisioned(function) - old))
        } else {
            most = min(most, limits.concurrency - 3 - (claimed - old))
        }
        let count = max(0, min(most, Int.random(in: 0...3, using: &random)))
        guard count > 0 || old > 0 else { return }
        versions[version]?.target = count
        versions[version]?.hasFailed = false
        provisionings += 1
        apply(dispatcher.provisionedSet(count, for: version, of: function, at: now))
    }

    /// Reserves concurrency as long as some is left for the others, or gives a reservation up.
    private mutating func reserve() {
        guard let function = current.randomElement(using: &random) else { return }
        let others = functions.reduce(0) {
            $0 + ($1.key == function ? 0 : $1.value.reserved ?? provisioned($1.key))
        }
        let most = min(5, limits.concurrency - 3 - others)
        var count = Int.random(in: -4...max(-4, most), using: &random)
        // A reservation covers what is provisioned.
        if count >= 0, count < provisioned(function) { count = -1 }
        if count < 0, others + provisioned(function) > limits.concurrency - 3 { return }
        functions[function]?.reserved = count < 0 ? nil : count
        dispatcher.concurrencyReserved(count < 0 ? nil : count, for: function)
    }

    // MARK: Events

    private mutating func retry() {
        guard let nextDue, nextDue <= clock else { return }
        let due = scheduled.filter { events[$0].due <= clock }
        scheduled = scheduled.filter { events[$0].due > clock }
        self.nextDue = scheduled.map { events[$0].due }.min()
        for event in due { attempt(event) }
    }

    private mutating func attempt(_ event: Int) {
        let schedule = events[event].schedule
        let isOld = clock.milliseconds - events[event].accepted.milliseconds > schedule.maximumAge.wholeMilliseconds
        if schedule.isExpired(accepted: events[event].accepted, now: clock) != isOld {
            problems.append("the age of event \(event) is wrong")
        }
        if isOld { return over(event, "EventAgeExceeded") }
        let place = events[event].place
        submit(current[place], version(of: place), event: event)
    }

    mutating func ended(_ work: Int, _ outcome: AsyncRetrySchedule.Outcome) {
        works[work].outcomes += 1
        if works[work].outcomes > 1 { problems.append("work \(work) ended twice") }
        guard let event = works[work].event else { return }
        let expected = following(outcome, events[event])
        let (schedule, accepted) = (events[event].schedule, events[event].accepted)
        let decision = schedule.decide(after: outcome, &events[event].history, accepted: accepted, now: clock)
        if decision != expected { problems.append("\(decision), not \(expected)") }
        switch decision {
        case .done: over(event, "done")
        case .drop(let condition): over(event, condition.rawValue)
        case .retry(let due):
            events[event].due = due
            scheduled.append(event)
            nextDue = min(due, nextDue ?? due)
        }
    }

    /// The documented times: after a failure 1 and 2 minutes, after a rejection from 1 second doubled up to 5 minutes.
    private func following(
        _ outcome: AsyncRetrySchedule.Outcome, _ event: Event
    ) -> AsyncRetrySchedule.Decision {
        let history = event.history
        let backoff: [Int64] = [1, 2, 4, 8, 16, 32, 64, 128, 256]
        let seconds: Int64
        switch outcome {
        case .succeeded: return .done
        case .disabled: return .drop(.zeroReservedConcurrency)
        case .recursive: return .drop(.recursiveInvocation)
        case .functionFailed:
            guard history.functionErrors < event.schedule.maximumRetryAttempts else { return .drop(.retriesExhausted) }
            seconds = history.functionErrors == 0 ? 60 : 120
        case .rejected: seconds = history.rejections < backoff.count ? backoff[history.rejections] : 300
        }
        let due = clock.milliseconds + seconds * 1000
        return due - event.accepted.milliseconds > event.schedule.maximumAge.wholeMilliseconds
            ? .drop(.eventAgeExceeded) : .retry(at: Timestamp(milliseconds: due))
    }

    private mutating func over(_ event: Int, _ how: String) {
        events[event].ends += 1
        ends[how, default: 0] += 1
    }
}
