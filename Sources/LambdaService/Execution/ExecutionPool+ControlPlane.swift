// SPDX-License-Identifier: Apache-2.0

/// What becomes of invocations and environments when functions change.
extension ExecutionPool {
    /// A revision of a function has been replaced or deleted.
    func retire(_ version: FunctionVersion, successor: FunctionVersion?) {
        if attached[version.functionID] === version {
            // Its process is the developer's, to be started anew when that is wanted.
            guard successor == nil else {
                return report("\(version.name), which you run, stays what it was when martlet started")
            }
            attached[version.functionID] = nil
        }
        if let successor { versions[successor.id] = successor }
        let (orphans, changes) = dispatcher.versionRetired(version.id, successor: successor?.id, at: .now)
        for orphan in orphans { orphan.resume(.abandoned) }
        versions[version.id] = nil
        apply(changes)
    }

    /// Sets what a function may have in work at once; nil lets it share what is not reserved.
    func reserve(_ count: Int?, for function: Int) {
        dispatcher.concurrencyReserved(count, for: function)
    }

    /// Sets how many environments of a version are provisioned.
    func provision(_ count: Int, for version: FunctionVersion) {
        guard !isStopping else { return }
        if count > 0 { versions[version.id] = version }
        apply(dispatcher.provisionedSet(count, for: version.id, of: version.functionID, at: .now))
    }

    /// What versions have of the environments that are provisioned for them, together.
    func allocation(of versions: [FunctionVersion]) -> Dispatcher<PendingInvocation>.Allocation {
        versions.reduce(into: .init()) { sum, version in
            let one = dispatcher.allocation(of: version.id)
            sum.ready += one.ready
            sum.hasFailed = sum.hasFailed || one.hasFailed
        }
    }

    /// A function has been deleted, with all of its revisions.
    func delete(function: Int) {
        dispatcher.functionDeleted(function)
    }
}
