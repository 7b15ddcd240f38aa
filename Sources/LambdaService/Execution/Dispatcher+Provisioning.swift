// SPDX-License-Identifier: Apache-2.0

/// Environments that are there before anybody asks for them
/// (https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html).
///
/// A version's provisioned environments take its work first; what finds none of them free goes to environments on
/// demand. One that ends is replaced. Where an init fails, or an environment ends before it has done anything, no more
/// are started until the number is set anew.
extension Dispatcher {
    /// The provisioned environments of a version.
    struct Provisioning {
        /// How many there should be.
        var target = 0
        /// How many live, those that start too, without those that are retiring.
        var count = 0
        /// The last became idle last.
        var idle: [EnvironmentID] = []
        var hasFailed = false

        var missing: Int { hasFailed ? 0 : max(0, target - count) }
    }

    /// What a version has of the provisioned environments that it should have.
    struct Allocation: Equatable {
        /// Those whose init is done.
        var ready = 0
        var hasFailed = false
    }

    /// Sets how many environments of a version are provisioned; zero for none.
    ///
    /// Those that are too many end, a busy one when its invocation is over.
    mutating func provisionedSet(
        _ count: Int, for version: VersionID, of function: FunctionID, at now: MonotonicTime
    ) -> Changes {
        guard count > 0 || (pools[version]?.provisioning.target ?? 0) > 0 else { return Changes() }
        ledger.provision(
            ledger.provisioned(function) + count - (pools[version]?.provisioning.target ?? 0), for: function)
        change(pools[version] ?? Pool(function: function), version) {
            $0.target = count
            $0.hasFailed = false
        }
        var changes = Changes()
        while let surplus = surplus(version) {
            if case .retire = retire(surplus) { changes.retire.append(surplus) }
        }
        dropPoolIfUnused(version)
        let relief = relieve(at: now)
        changes.start += relief.start
        changes.retire += relief.retire
        return changes
    }

    /// What a version has of what is provisioned for it.
    func allocation(of version: VersionID) -> Allocation {
        let ready = environments.values.reduce(0) { count, environment in
            guard environment.isProvisioned, environment.version == version else { return count }
            return environment.condition == .idle || environment.condition == .busy ? count + 1 : count
        }
        return Allocation(ready: ready, hasFailed: pools[version]?.provisioning.hasFailed ?? false)
    }

    /// Whether a provisioned environment of a version has nothing to do.
    func hasIdleProvisioned(_ version: VersionID) -> Bool {
        pools[version]?.provisioning.idle.isEmpty == false
    }

    /// An idle provisioned environment of a version gets work.
    mutating func takeProvisioned(_ version: VersionID) -> EnvironmentID? {
        guard let environment = pools[version]?.provisioning.idle.popLast() else { return nil }
        unusedProvisioned -= 1
        environments[environment]?.work()
        if let function = environments[environment]?.function { ledger.enterProvisioned(function) }
        return environment
    }

    mutating func provisionedFreed(
        _ id: EnvironmentID, _ environment: Environment, at now: MonotonicTime
    ) -> (next: Next, changes: Changes) {
        if let provisioning = pools[environment.version]?.provisioning, provisioning.count > provisioning.target {
            return (retire(id), Changes())
        }
        environments[id]?.condition = .idle
        pools[environment.version]?.provisioning.idle.append(id)
        unusedProvisioned += 1
        return (.idle, Changes())
    }

    mutating func provisionedEnded(_ id: EnvironmentID, _ environment: Environment) {
        guard environment.condition != .retiring else { return }
        forget(id, environment)
        if !environment.hasWorked { provisioningFailed(environment.version) }
    }

    mutating func provisioningFailed(_ version: VersionID) {
        guard let pool = pools[version] else { return }
        change(pool, version) { $0.hasFailed = true }
    }

    /// A provisioned environment is not one of those that there should be any more.
    mutating func forget(_ id: EnvironmentID, _ environment: Environment) {
        guard let pool = pools[environment.version] else { return }
        if environment.condition == .idle { unusedProvisioned -= 1 }
        change(pool, environment.version) {
            $0.count -= 1
            $0.idle.removeAll { $0 == id }
        }
    }

    mutating func startProvisioned(_ version: VersionID) -> EnvironmentID {
        guard let pool = pools[version] else { preconditionFailure("nothing is provisioned for version \(version)") }
        change(pool, version) { $0.count += 1 }
        return add(Environment(version: version, function: pool.function, isProvisioned: true))
    }

    /// The version that lacks the most.
    func leastProvisioned() -> VersionID? {
        pools.filter { $0.value.provisioning.missing > 0 }
            .max { ($0.value.provisioning.missing, $1.key) < ($1.value.provisioning.missing, $0.key) }?.key
    }

    /// A provisioned environment that is not needed: one that is idle, or starts.
    private func surplus(_ version: VersionID) -> EnvironmentID? {
        guard let provisioning = pools[version]?.provisioning, provisioning.count > provisioning.target else {
            return nil
        }
        if let idle = provisioning.idle.first { return idle }
        return environments.filter {
            $0.value.version == version && $0.value.isProvisioned && $0.value.condition == .starting
        }.keys.max()
    }

    private mutating func change(_ pool: Pool, _ version: VersionID, _ body: (inout Provisioning) -> Void) {
        var pool = pool
        unprovisionedCount -= pool.provisioning.missing
        body(&pool.provisioning)
        unprovisionedCount += pool.provisioning.missing
        pools[version] = pool
    }
}
