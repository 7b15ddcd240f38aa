// SPDX-License-Identifier: Apache-2.0

/// Decides which environment runs what: warm environments are used again, the one that became idle last first; what
/// finds none waits in the order of arrival while new ones start.
///
/// Pure: facts go in, what is to be done comes out.
///
/// An environment that starts is not bound to the work that caused it: whichever environment is free first takes the
/// work that has waited longest.
struct Dispatcher<Work> {
    typealias EnvironmentID = Int
    /// ``FunctionVersion/id``.
    typealias VersionID = Int

    struct Limits: Sendable {
        /// How much may be in work or wait at once; more is throttled.
        var concurrency = LambdaLimits.accountConcurrency
        /// How many environments may live at once on this machine; more work waits.
        var environments = 64
    }

    private enum Condition {
        case starting, idle, busy, retiring
    }

    private struct Environment {
        let version: VersionID
        var condition: Condition
    }

    private struct Waiting {
        let order: Int
        let work: Work
    }

    private struct Pool {
        /// The last became idle last; with the order in which it did.
        var idle: [(environment: EnvironmentID, order: Int)] = []
        var waiting = FIFO<Waiting>()
        var starting = 0
        var environments = 0
        var isRetired = false

        /// How many environments are missing for what waits.
        var missing: Int { max(0, waiting.count - starting) }
    }

    let limits: Limits
    private var pools: [VersionID: Pool] = [:]
    private var environments: [EnvironmentID: Environment] = [:]
    private var lastEnvironment = 0
    /// Counts arrivals and returns to idleness: what orders both.
    private var clock = 0
    private var waitingCount = 0
    private var idleCount = 0
    private var retiringCount = 0
    /// Work that waits or is in work.
    private(set) var concurrency = 0

    init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// How many environments live, those that are ending included.
    var liveEnvironments: Int { environments.count }

    /// What is to be done besides: both lists are nearly always empty.
    struct Changes {
        var start: [(environment: EnvironmentID, version: VersionID)] = []
        var retire: [EnvironmentID] = []
        var isEmpty: Bool { start.isEmpty && retire.isEmpty }
    }
}

// MARK: Facts

extension Dispatcher {
    enum Arrival {
        case assigned(EnvironmentID)
        case queued(Changes)
        case throttled
    }

    mutating func workArrived(_ work: Work, for version: VersionID) -> Arrival {
        guard concurrency < limits.concurrency else { return .throttled }
        concurrency += 1
        if let environment = pools[version]?.idle.popLast()?.environment {
            idleCount -= 1
            environments[environment]?.condition = .busy
            return .assigned(environment)
        }
        enqueue(work, for: version)
        return .queued(relieve())
    }

    enum Next {
        case assigned(Work)
        /// It stays warm.
        case idle
        /// It has to end; ``environmentEnded(_:)`` follows.
        case retire
    }

    /// An environment's first init is done.
    mutating func environmentReady(_ environment: EnvironmentID) -> (next: Next, changes: Changes) {
        switch environments[environment]?.condition {
        case .starting:
            pools[environments[environment]!.version]?.starting -= 1
            return freed(environment)
        case .retiring: return (.retire, Changes())
        case .idle, .busy, nil: preconditionFailure("environment \(environment) became ready twice")
        }
    }

    /// An environment's first init failed: it takes one piece of work, for which it runs the init again, or none.
    mutating func environmentInitFailed(_ environment: EnvironmentID) -> (next: Next, changes: Changes) {
        guard let version = environments[environment]?.version, environments[environment]?.condition == .starting else {
            return (.retire, Changes())
        }
        pools[version]?.starting -= 1
        if let work = takeWaiting(version) {
            environments[environment]?.condition = .busy
            return (.assigned(work), relieve())
        }
        return (retire(environment), Changes())
    }

    /// An environment's invocation is over and its runtime asks for the next.
    mutating func environmentFreed(_ environment: EnvironmentID) -> (next: Next, changes: Changes) {
        guard environments[environment]?.condition == .busy else {
            preconditionFailure("environment \(environment) finished an invocation that it did not have")
        }
        concurrency -= 1
        return freed(environment)
    }

    /// An environment has ended, for whatever reason, and whatever it was doing.
    mutating func environmentEnded(_ environment: EnvironmentID) -> Changes {
        guard let ended = environments.removeValue(forKey: environment) else { return Changes() }
        pools[ended.version]?.environments -= 1
        switch ended.condition {
        case .starting: pools[ended.version]?.starting -= 1
        case .busy: concurrency -= 1
        case .retiring: retiringCount -= 1
        case .idle:
            pools[ended.version]?.idle.removeAll { $0.environment == environment }
            idleCount -= 1
        }
        dropPoolIfUnused(ended.version)
        return relieve()
    }

    /// A revision is no longer what its function runs.
    ///
    /// What waits for it goes to its successor.
    ///
    /// - Returns: also the work that nobody will do, when there is no successor.
    mutating func versionRetired(_ version: VersionID, successor: VersionID?) -> (orphans: [Work], changes: Changes) {
        guard var pool = pools[version] else { return ([], Changes()) }
        pool.isRetired = true
        let waiting = pool.waiting.takeAll()
        waitingCount -= waiting.count
        pools[version] = pool
        var changes = Changes()
        for (environment, _) in pool.idle {
            if case .retire = retire(environment) { changes.retire.append(environment) }
        }
        pools[version]?.idle = []
        idleCount -= pool.idle.count
        dropPoolIfUnused(version)
        var orphans: [Work] = []
        if let successor {
            for work in waiting { enqueue(work.work, for: successor, order: work.order) }
        } else {
            orphans = waiting.map(\.work)
            concurrency -= orphans.count
        }
        let relief = relieve()
        changes.start += relief.start
        changes.retire += relief.retire
        return (orphans, changes)
    }

    /// No more work will come: everything that waits.
    mutating func stopped() -> [Work] {
        var orphans: [Waiting] = []
        for version in pools.keys { orphans += pools[version]?.waiting.takeAll() ?? [] }
        waitingCount = 0
        concurrency -= orphans.count
        return orphans.sorted { $0.order < $1.order }.map(\.work)
    }
}

// MARK: Decisions

extension Dispatcher {
    private mutating func freed(_ environment: EnvironmentID) -> (next: Next, changes: Changes) {
        guard let version = environments[environment]?.version, let pool = pools[version] else {
            preconditionFailure("environment \(environment) belongs to no version")
        }
        // Of a retired version too: its callers may have resolved it before, and nobody else would ever do the work.
        if let work = takeWaiting(version) {
            environments[environment]?.condition = .busy
            return (.assigned(work), Changes())
        }
        if pool.isRetired { return (retire(environment), Changes()) }
        clock += 1
        environments[environment]?.condition = .idle
        pools[version]?.idle.append((environment, clock))
        idleCount += 1
        guard waitingCount > 0 else { return (.idle, Changes()) }
        var changes = relieve()
        // Other versions' work may have no room but this environment's.
        if let itself = changes.retire.firstIndex(of: environment) {
            changes.retire.remove(at: itself)
            return (.retire, changes)
        }
        return (.idle, changes)
    }

    private mutating func enqueue(_ work: Work, for version: VersionID, order: Int? = nil) {
        clock += 1
        pools[version, default: Pool()].waiting.append(Waiting(order: order ?? clock, work: work))
        waitingCount += 1
    }

    private mutating func takeWaiting(_ version: VersionID) -> Work? {
        guard let waiting = pools[version]?.waiting.popFirst() else { return nil }
        waitingCount -= 1
        return waiting.work
    }

    /// Starts environments for what waits, the longest wait first, and makes room for them where idle ones of other
    /// versions take it.
    private mutating func relieve() -> Changes {
        var changes = Changes()
        guard waitingCount > 0 else { return changes }
        while environments.count < limits.environments, let version = neediest() {
            changes.start.append((start(version), version))
        }
        guard idleCount > 0 else { return changes }
        // An idle environment's own version never waits, so all that is idle belongs to others.
        var missing = pools.values.reduce(0) { $0 + $1.missing } - retiringCount
        while missing > 0, let victim = longestIdle() {
            _ = pools[victim.version]?.idle.removeFirst()
            idleCount -= 1
            if case .retire = retire(victim.environment) { changes.retire.append(victim.environment) }
            missing -= 1
        }
        return changes
    }

    /// The version whose first work has waited longest among those with fewer starts than work.
    private func neediest() -> VersionID? {
        pools.filter { $0.value.missing > 0 }
            .min { ($0.value.waiting.first?.order ?? 0) < ($1.value.waiting.first?.order ?? 0) }?.key
    }

    private func longestIdle() -> (version: VersionID, environment: EnvironmentID)? {
        let candidates = pools.compactMap { version, pool in
            pool.idle.first.map { (version: version, environment: $0.environment, order: $0.order) }
        }
        return candidates.min { $0.order < $1.order }.map { ($0.version, $0.environment) }
    }

    private mutating func start(_ version: VersionID) -> EnvironmentID {
        lastEnvironment += 1
        environments[lastEnvironment] = Environment(version: version, condition: .starting)
        pools[version]?.starting += 1
        pools[version]?.environments += 1
        return lastEnvironment
    }

    private mutating func retire(_ environment: EnvironmentID) -> Next {
        guard environments[environment]?.condition != .retiring else { return .retire }
        environments[environment]?.condition = .retiring
        retiringCount += 1
        return .retire
    }

    private mutating func dropPoolIfUnused(_ version: VersionID) {
        guard let pool = pools[version], pool.environments == 0, pool.waiting.isEmpty else { return }
        pools[version] = nil
    }
}
