// SPDX-License-Identifier: Apache-2.0

/// What follows from the facts.
extension Dispatcher {
    mutating func freed(_ environment: EnvironmentID, at now: MonotonicTime) -> (next: Next, changes: Changes) {
        // Not the pool itself: a copy at hand would have its lists copied when they change.
        guard let freed = environments[environment], let pool = pools.index(forKey: freed.version) else {
            preconditionFailure("environment \(environment) belongs to no version")
        }
        let version = freed.version
        // Of a retired version too: its callers may have resolved it before, and nobody else would ever do the work.
        if let work = takeWaiting(version) {
            environments[environment]?.work()
            if freed.isProvisioned { ledger.moveToProvisioned(freed.function) }
            return (.assigned(work), Changes())
        }
        if pools.values[pool].isRetired { return (retire(environment), Changes()) }
        if freed.isProvisioned { return provisionedFreed(environment, freed, at: now) }
        order += 1
        environments[environment]?.condition = .idle
        pools.values[pool].idle.append((environment, order))
        idleCount += 1
        guard waitingCount > 0 || unprovisionedCount > 0 else { return (.idle, Changes()) }
        var changes = relieve(at: now)
        // Other versions' work may have no room but this environment's.
        if let itself = changes.retire.firstIndex(of: environment) {
            changes.retire.remove(at: itself)
            return (.retire, changes)
        }
        return (.idle, changes)
    }

    mutating func enqueue(_ work: Work, for version: VersionID, of function: FunctionID, order known: Int? = nil) {
        order += 1
        pools[version, default: Pool(function: function)].waiting.append(Waiting(order: known ?? order, work: work))
        waitingCount += 1
    }

    /// Whether an environment starts that no waiting work needs.
    func hasStarting(_ version: VersionID) -> Bool {
        pools[version].map { $0.starting > $0.waiting.count } ?? false
    }

    /// How many environments a function lacks for what waits.
    func missing(of function: FunctionID) -> Int {
        pools.values.reduce(0) { $0 + ($1.function == function ? $1.missing : 0) }
    }

    mutating func takeWaiting(_ version: VersionID) -> Work? {
        guard waitingCount > 0, let waiting = pools[version]?.waiting.popFirst() else { return nil }
        waitingCount -= 1
        return waiting.work
    }

    /// Starts environments for what waits, the longest wait first, and makes room for them where idle ones of other
    /// versions take it.
    mutating func relieve(at now: MonotonicTime) -> Changes {
        var changes = Changes()
        guard waitingCount > 0 || unprovisionedCount > 0 else { return changes }
        while environments.count < limits.environments, let version = neediest() {
            changes.start.append((start(version, at: now), version))
        }
        while environments.count < limits.environments, unprovisionedCount > 0, let version = leastProvisioned() {
            changes.start.append((startProvisioned(version), version))
        }
        guard idleCount > 0 else { return changes }
        // An idle environment's own version never waits, so what is idle belongs to others or is not provisioned.
        var missing = pools.values.reduce(0) { $0 + $1.missing } + unprovisionedCount - retiringCount
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
            pool.isAttached
                ? nil : pool.idle.first.map { (version: version, environment: $0.environment, order: $0.order) }
        }
        return candidates.min { $0.order < $1.order }.map { ($0.version, $0.environment) }
    }

    /// The work was accepted: an environment that replaces one that was lost starts too when the function has no
    /// allowance for it, and work to come pays for it.
    private mutating func start(_ version: VersionID, at now: MonotonicTime) -> EnvironmentID {
        guard let function = pools[version]?.function else { preconditionFailure("nobody needs version \(version)") }
        pools[version]?.starting += 1
        ledger.started(function, at: now)
        return add(Environment(version: version, function: function, isProvisioned: false))
    }

    mutating func add(_ environment: Environment) -> EnvironmentID {
        lastEnvironment += 1
        environments[lastEnvironment] = environment
        pools[environment.version]?.environments += 1
        return lastEnvironment
    }

    /// An environment has no work any more.
    mutating func leave(_ environment: Environment) {
        if environment.isProvisioned {
            ledger.leaveProvisioned(environment.function)
        } else {
            ledger.leave(environment.function)
        }
    }

    mutating func retire(_ environment: EnvironmentID) -> Next {
        guard let retired = environments[environment], retired.condition != .retiring else { return .retire }
        if retired.isProvisioned { forget(environment, retired) }
        environments[environment]?.condition = .retiring
        retiringCount += 1
        return .retire
    }

    mutating func dropPoolIfUnused(_ version: VersionID) {
        guard let pool = pools[version], pool.environments == 0, pool.waiting.isEmpty, pool.provisioning.target == 0
        else { return }
        pools[version] = nil
    }
}
