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
    typealias FunctionID = ConcurrencyLedger.FunctionID

    struct Limits: Sendable {
        /// The account's concurrency: how much may be in work or wait at once; more is throttled.
        var concurrency = LambdaLimits.accountConcurrency
        /// How many environments may live at once on this machine; more work waits.
        var environments = 64
        /// How fast a function may start environments; what would need more is throttled.
        var scaling = RateAllowance.Rate.scaling
    }

    enum Condition {
        case starting, idle, busy, retiring
    }

    struct Environment {
        let version: VersionID
        let function: FunctionID
        let isProvisioned: Bool
        var condition: Condition
        /// Whether it has had an invocation.
        var hasWorked = false

        init(version: VersionID, function: FunctionID, isProvisioned: Bool) {
            self.version = version
            self.function = function
            self.isProvisioned = isProvisioned
            condition = .starting
        }

        mutating func work() {
            condition = .busy
            hasWorked = true
        }
    }

    struct Waiting {
        let order: Int
        let work: Work
    }

    struct Pool {
        let function: FunctionID
        /// The last became idle last; with the order in which it did.
        var idle: [(environment: EnvironmentID, order: Int)] = []
        var waiting = FIFO<Waiting>()
        /// Environments on demand that start.
        var starting = 0
        /// All that live, provisioned ones too.
        var environments = 0
        var isRetired = false
        /// Whether its one environment is somebody else's process: none is started, and it makes room for no other.
        var isAttached = false
        var provisioning = Provisioning()

        /// How many environments on demand are missing for what waits.
        var missing: Int { isAttached ? 0 : max(0, waiting.count - starting) }
    }

    let limits: Limits
    var pools: [VersionID: Pool] = [:]
    var environments: [EnvironmentID: Environment] = [:]
    var ledger: ConcurrencyLedger
    var lastEnvironment = 0
    /// Counts arrivals and returns to idleness: what orders both.
    var order = 0
    var waitingCount = 0
    /// Idle environments on demand: those that may have to make room.
    var idleCount = 0
    var retiringCount = 0
    /// How many provisioned environments are missing.
    var unprovisionedCount = 0
    /// How many provisioned environments are idle.
    var unusedProvisioned = 0

    init(limits: Limits = Limits()) {
        self.limits = limits
        ledger = ConcurrencyLedger(account: limits.concurrency, scalingRate: limits.scaling)
        // Swift looks up a table's types when it first grows: better now than in the first cold start.
        pools.reserveCapacity(16)
        environments.reserveCapacity(16)
    }

    /// Work that waits or is in work.
    var concurrency: Int { ledger.inWork }

    /// Whether work waits because this machine runs as many environments as it is to.
    var isHeldUp: Bool { waitingCount > 0 && environments.count >= limits.environments }

    /// What a function, and others besides, has in work or waiting.
    func concurrency(of function: FunctionID) -> ConcurrencyCount { ledger.count(of: function) }

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
        case throttled(ThrottleReason)
    }

    /// - Parameter isSynchronous: whether its caller waits for the result: such work has a rate limit.
    mutating func workArrived(
        _ work: Work, for version: VersionID, of function: FunctionID, isSynchronous: Bool = false,
        at now: MonotonicTime
    ) -> Arrival {
        if unusedProvisioned > 0, hasIdleProvisioned(version) {
            if isSynchronous, let reason = ledger.request(function, at: now) { return .throttled(reason) }
            if let environment = takeProvisioned(version) { return .assigned(environment) }
        }
        if let reason = ledger.enter(function, requestedAt: isSynchronous ? now : nil) { return .throttled(reason) }
        if let pool = pools.index(forKey: version), let environment = pools.values[pool].idle.popLast()?.environment {
            idleCount -= 1
            environments[environment]?.work()
            return .assigned(environment)
        }
        guard hasStarting(version) || ledger.mayStart(function, besides: missing(of: function), at: now) else {
            ledger.leave(function)
            return .throttled(.scalingRate)
        }
        enqueue(work, for: version, of: function)
        return .queued(relieve(at: now))
    }

    /// A version gets an environment that nobody has to start, and no other: what does not find it free waits for it.
    mutating func environmentAttached(_ version: VersionID, of function: FunctionID) -> EnvironmentID {
        pools[version, default: Pool(function: function)].isAttached = true
        pools[version]?.starting += 1
        return add(Environment(version: version, function: function, isProvisioned: false))
    }

    enum Next {
        case assigned(Work)
        /// It stays warm.
        case idle
        /// It has to end; ``environmentEnded(_:)`` follows.
        case retire
    }

    /// An environment's first init is done.
    mutating func environmentReady(
        _ environment: EnvironmentID, at now: MonotonicTime
    ) -> (next: Next, changes: Changes) {
        guard let ready = environments[environment] else {
            preconditionFailure("environment \(environment) became ready and is not there")
        }
        switch ready.condition {
        case .starting:
            if !ready.isProvisioned { pools[ready.version]?.starting -= 1 }
            return freed(environment, at: now)
        case .retiring: return (.retire, Changes())
        case .idle, .busy: preconditionFailure("environment \(environment) became ready twice")
        }
    }

    /// An environment's first init failed: it takes one piece of work, for which it runs the init again, or none.
    mutating func environmentInitFailed(
        _ environment: EnvironmentID, at now: MonotonicTime
    ) -> (next: Next, changes: Changes) {
        guard let failed = environments[environment], failed.condition == .starting else {
            return (.retire, Changes())
        }
        let version = failed.version
        if failed.isProvisioned {
            provisioningFailed(version)
            return (retire(environment), Changes())
        }
        pools[version]?.starting -= 1
        if let work = takeWaiting(version) {
            environments[environment]?.work()
            return (.assigned(work), relieve(at: now))
        }
        return (retire(environment), Changes())
    }

    /// An environment's invocation is over and its runtime asks for the next.
    mutating func environmentFreed(
        _ environment: EnvironmentID, at now: MonotonicTime
    ) -> (next: Next, changes: Changes) {
        guard let busy = environments[environment], busy.condition == .busy else {
            preconditionFailure("environment \(environment) finished an invocation that it did not have")
        }
        leave(busy)
        return freed(environment, at: now)
    }

    /// An environment has ended, for whatever reason, and whatever it was doing.
    mutating func environmentEnded(_ environment: EnvironmentID, at now: MonotonicTime) -> Changes {
        guard let ended = environments.removeValue(forKey: environment) else { return Changes() }
        pools[ended.version]?.environments -= 1
        if ended.isProvisioned { provisionedEnded(environment, ended) }
        switch ended.condition {
        case .starting:
            if !ended.isProvisioned { pools[ended.version]?.starting -= 1 }
        case .busy: leave(ended)
        case .retiring: retiringCount -= 1
        case .idle:
            guard !ended.isProvisioned else { break }
            pools[ended.version]?.idle.removeAll { $0.environment == environment }
            idleCount -= 1
        }
        dropPoolIfUnused(ended.version)
        return relieve(at: now)
    }

    /// A revision is no longer what its function runs.
    ///
    /// What waits for it goes to its successor.
    ///
    /// - Returns: also the work that nobody will do, when there is no successor.
    mutating func versionRetired(
        _ version: VersionID, successor: VersionID?, at now: MonotonicTime
    ) -> (orphans: [Work], changes: Changes) {
        let unprovisioned = provisionedSet(0, for: version, of: pools[version]?.function ?? 0, at: now)
        guard var pool = pools[version] else { return ([], unprovisioned) }
        pool.isRetired = true
        let waiting = pool.waiting.takeAll()
        waitingCount -= waiting.count
        pools[version] = pool
        var changes = unprovisioned
        for (environment, _) in pool.idle {
            if case .retire = retire(environment) { changes.retire.append(environment) }
        }
        pools[version]?.idle = []
        idleCount -= pool.idle.count
        dropPoolIfUnused(version)
        var orphans: [Work] = []
        if let successor {
            for work in waiting { enqueue(work.work, for: successor, of: pool.function, order: work.order) }
        } else {
            orphans = waiting.map(\.work)
            for _ in orphans { ledger.leave(pool.function) }
        }
        let relief = relieve(at: now)
        changes.start += relief.start
        changes.retire += relief.retire
        return (orphans, changes)
    }

    /// What a function may have in work is set, or no longer set.
    ///
    /// It decides about work that arrives from now on, not about what is accepted.
    mutating func concurrencyReserved(_ count: Int?, for function: FunctionID) {
        ledger.reserve(count, for: function)
    }

    /// A function is no more; ``versionRetired(_:successor:at:)`` tells of each of its revisions.
    mutating func functionDeleted(_ function: FunctionID) {
        ledger.deleted(function)
    }

    /// No more work will come: everything that waits.
    mutating func stopped() -> [Work] {
        var orphans: [Waiting] = []
        for (version, pool) in pools {
            let waiting = pools[version]?.waiting.takeAll() ?? []
            for _ in waiting { ledger.leave(pool.function) }
            orphans += waiting
        }
        waitingCount = 0
        return orphans.sorted { $0.order < $1.order }.map(\.work)
    }
}
