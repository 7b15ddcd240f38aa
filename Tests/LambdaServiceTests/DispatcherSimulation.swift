// SPDX-License-Identifier: Apache-2.0
import Randomness
import ServiceProtocols

@testable import LambdaService

/// A dispatcher, what it has been told and has said, and what it should have said.
struct DispatcherSimulation {
    enum Doing: Equatable {
        case starting, idle, ending
        case running(Int)
    }

    struct Environment {
        let version: Int
        let isProvisioned: Bool
        var doing: Doing
        var hasWorked = false
    }

    struct Version {
        let function: Int
        /// In the order of arrival.
        var waiting: [Int] = []
        /// The last became idle last.
        var idle: [Int] = []
        var starting = 0
        /// How many are to be provisioned, whether that failed, and those that are idle.
        var target = 0
        var hasFailed = false
        var provisionedIdle: [Int] = []
        var missing: Int { max(0, waiting.count - starting) }
    }

    struct Function {
        /// Each of them can be invoked; the first is `$LATEST`, of which an update makes a new revision.
        var versions: [Int]
        var reserved: Int?
        /// On demand.
        var inWork = 0
        /// Nanoseconds until all that has been started is given back.
        var debt: Int64 = 0
        /// Nanoseconds until all synchronous requests are given back.
        var requestDebt: Int64 = 0
    }

    enum Verdict: Equatable {
        case assigned(Int)
        case queued
        case throttled(ThrottleReason)
    }

    let limits: Dispatcher<Int>.Limits
    let busyNanoseconds: Int64
    var random: RandomBits
    var dispatcher: Dispatcher<Int>
    var now = MonotonicTime(nanoseconds: 0)
    /// Those that can be invoked, by their places; the others have been deleted.
    var current: [Int]
    var functions: [Int: Function] = [:]
    var versions: [Int: Version] = [:]
    var environments: [Int: Environment] = [:]
    var live: [Int] = []
    /// How often each work has ended, and the event that it is an attempt of.
    var works: [(function: Int, event: Int?, outcomes: Int, isProvisioned: Bool)] = []
    var events: [Event] = []
    /// The events that wait for their next attempt.
    var scheduled: [Int] = []
    var nextDue: Timestamp?
    var lastVersion = 0
    var lastFunction = 0
    var inWork = 0
    var invocations = 0
    var provisionings = 0
    var throttles: [ThrottleReason: Int] = [:]
    var ends: [String: Int] = [:]
    var problems: [String] = []

    init(seed: UInt64) {
        random = RandomBits(seed: seed)
        // One account has little concurrency, the next one starts environments slowly.
        let isSmall = seed.isMultiple(of: 2)
        limits = .init(
            concurrency: isSmall ? 8 : 16, environments: Int.random(in: 3...12, using: &random),
            scaling: .init(count: isSmall ? 8 : 3, period: .milliseconds(900)))
        busyNanoseconds = Int64.random(in: 300_000_000...900_000_000, using: &random)
        dispatcher = Dispatcher(limits: limits)
        current = []
        for _ in 0..<Int.random(in: 2...4, using: &random) { current.append(makeFunction()) }
    }

    mutating func makeFunction() -> Int {
        lastFunction += 1
        functions[lastFunction] = Function(versions: [])
        for _ in 0..<Int.random(in: 1...2, using: &random) { _ = makeVersion(of: lastFunction) }
        return lastFunction
    }

    mutating func makeVersion(of function: Int) -> Int {
        lastVersion += 1
        versions[lastVersion] = Version(function: function)
        functions[function]?.versions.append(lastVersion)
        return lastVersion
    }

    // MARK: Arrivals

    /// What AWS would say: the function's own limits, the account's, an environment that is idle, the scaling rate.
    mutating func verdict(_ function: Int, _ version: Int, isSynchronous: Bool) -> Verdict {
        guard let asked = functions[function], let pool = versions[version] else { return .queued }
        if let environment = pool.provisionedIdle.last {
            return isSynchronous && isTooFast(function) ? .throttled(.reservedRate) : .assigned(environment)
        }
        if let reserved = asked.reserved {
            guard asked.inWork < reserved - provisioned(function) else { return .throttled(.reservedConcurrency) }
            if isSynchronous, isTooFast(function) { return .throttled(.reservedRate) }
        } else {
            let claimed = functions.reduce(0) { $0 + ($1.value.reserved ?? provisioned($1.key)) }
            let shared = functions.values.reduce(0) { $0 + ($1.reserved == nil ? $1.inWork : 0) }
            guard shared < limits.concurrency - claimed else { return .throttled(.concurrency) }
        }
        if let environment = pool.idle.last { return .assigned(environment) }
        if pool.starting > pool.waiting.count { return .queued }
        let missing = versions.values.reduce(0) { $0 + ($1.function == function ? $1.missing : 0) }
        let interval = limits.scaling.interval
        let available = limits.scaling.count - Int((asked.debt + interval - 1) / interval)
        return available > missing ? .queued : .throttled(.scalingRate)
    }

    /// Ten requests a second for each unit of what is reserved; this one is counted if it is none too many.
    private mutating func isTooFast(_ function: Int) -> Bool {
        guard let reserved = functions[function]?.reserved, let debt = functions[function]?.requestDebt else {
            return false
        }
        let interval = 1_000_000_000 / Int64(10 * reserved)
        guard debt <= Int64(10 * reserved - 1) * interval else { return true }
        functions[function]?.requestDebt += interval
        return false
    }

    func provisioned(_ function: Int) -> Int {
        versions.values.reduce(0) { $0 + ($1.function == function ? $1.target : 0) }
    }

    mutating func submit(_ function: Int, _ version: Int, event: Int?) {
        let work = works.count
        works.append((function, event, 0, false))
        let expected = verdict(function, version, isSynchronous: event == nil)
        switch dispatcher.workArrived(work, for: version, of: function, isSynchronous: event == nil, at: now) {
        case .throttled(let reason):
            if expected != .throttled(reason) { problems.append("throttled for \(reason), not \(expected)") }
            throttles[reason, default: 0] += 1
            ended(work, functions[function]?.reserved == 0 ? .disabled : .rejected)
        case .assigned(let environment):
            if expected != .assigned(environment) { problems.append("\(environment) assigned, not \(expected)") }
            accepted(function)
            versions[version]?.idle.removeAll { $0 == environment }
            versions[version]?.provisionedIdle.removeAll { $0 == environment }
            run(work, in: environment)
        case .queued(let changes):
            if expected != .queued { problems.append("queued, not \(expected)") }
            accepted(function)
            versions[version]?.waiting.append(work)
            apply(changes)
        }
    }

    private mutating func accepted(_ function: Int) {
        functions[function]?.inWork += 1
        inWork += 1
    }

    // MARK: Environments

    mutating func progress() {
        guard let id = live.randomElement(using: &random), let environment = environments[id] else { return }
        switch environment.doing {
        case .starting:
            let fails = Int.random(in: 0..<6, using: &random) == 0
            if !environment.isProvisioned {
                versions[environment.version]?.starting -= 1
            } else if fails {
                versions[environment.version]?.hasFailed = true
            }
            follow(
                fails ? dispatcher.environmentInitFailed(id, at: now) : dispatcher.environmentReady(id, at: now), id)
        case .running(let work):
            let succeeds = Int.random(in: 0..<5, using: &random) > 0
            leave(work)
            follow(dispatcher.environmentFreed(id, at: now), id)
            ended(work, succeeds ? .succeeded : .functionFailed)
        case .ending: end(id)
        case .idle: break
        }
    }

    /// An environment ends by itself, whatever it does.
    mutating func crash() {
        guard let id = live.randomElement(using: &random), let environment = environments[id] else { return }
        if environment.isProvisioned, !environment.hasWorked, environment.doing != .ending {
            versions[environment.version]?.hasFailed = true
        }
        switch environment.doing {
        case .starting:
            if !environment.isProvisioned { versions[environment.version]?.starting -= 1 }
        case .idle: noLongerIdle(id)
        case .running(let work): leave(work)
        case .ending: break
        }
        end(id)
        // Whatever it ran has got its error.
        if case .running(let work) = environment.doing { ended(work, .functionFailed) }
    }

    private mutating func end(_ id: Int) {
        environments[id] = nil
        live.removeAll { $0 == id }
        apply(dispatcher.environmentEnded(id, at: now))
        forgetWhatIsOver()
    }

    /// Revisions and functions that nobody can invoke and that have nothing left.
    mutating func forgetWhatIsOver() {
        for (id, version) in versions where functions[version.function]?.versions.contains(id) != true {
            if !environments.values.contains(where: { $0.version == id }) { versions[id] = nil }
        }
        for (id, function) in functions where function.inWork == 0 && !current.contains(id) { functions[id] = nil }
    }

    private mutating func follow(
        _ decision: (next: Dispatcher<Int>.Next, changes: Dispatcher<Int>.Changes), _ id: Int
    ) {
        guard let version = environments[id]?.version else { return problems.append("environment \(id) is not there") }
        switch decision.next {
        case .assigned(let work):
            if versions[version]?.waiting.first != work { problems.append("work \(work) was not the next") }
            versions[version]?.waiting.removeAll { $0 == work }
            run(work, in: id)
        case .idle:
            environments[id]?.doing = .idle
            if environments[id]?.isProvisioned == true {
                versions[version]?.provisionedIdle.append(id)
            } else {
                versions[version]?.idle.append(id)
            }
        case .retire: environments[id]?.doing = .ending
        }
        apply(decision.changes)
    }

    private mutating func run(_ work: Int, in id: Int) {
        guard let environment = environments[id] else { return problems.append("environment \(id) is not there") }
        if works[work].outcomes > 0 { problems.append("work \(work) runs after its end") }
        if versions[environment.version]?.function != works[work].function { problems.append("\(work) runs elsewhere") }
        if case .ending = environment.doing { problems.append("environment \(id) ends and gets work") }
        environments[id]?.doing = .running(work)
        environments[id]?.hasWorked = true
        if environment.isProvisioned {
            works[work].isProvisioned = true
            functions[works[work].function]?.inWork -= 1
        }
    }

    private mutating func noLongerIdle(_ id: Int) {
        guard let version = environments[id]?.version else { return }
        versions[version]?.idle.removeAll { $0 == id }
        versions[version]?.provisionedIdle.removeAll { $0 == id }
    }

    mutating func apply(_ changes: Dispatcher<Int>.Changes) {
        let interval = limits.scaling.interval
        for (id, version) in changes.start {
            let isProvisioned = dispatcher.environments[id]?.isProvisioned ?? false
            environments[id] = Environment(version: version, isProvisioned: isProvisioned, doing: .starting)
            live.append(id)
            guard !isProvisioned, let function = versions[version]?.function else { continue }
            versions[version]?.starting += 1
            functions[function]?.debt += interval
        }
        for id in changes.retire {
            let isStartingInVain = environments[id]?.isProvisioned == true && environments[id]?.doing == .starting
            if environments[id]?.doing != .idle, !isStartingInVain {
                problems.append("environment \(id) retired while not idle")
            }
            noLongerIdle(id)
            environments[id]?.doing = .ending
        }
    }

    mutating func leave(_ work: Int) {
        if !works[work].isProvisioned { functions[works[work].function]?.inWork -= 1 }
        inWork -= 1
    }
}
