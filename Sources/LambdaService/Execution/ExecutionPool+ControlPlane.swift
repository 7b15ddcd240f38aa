// SPDX-License-Identifier: Apache-2.0

/// What becomes of invocations and environments when functions change.
extension ExecutionPool {
    /// A revision of a function has been replaced or deleted.
    func retire(_ version: FunctionVersion, successor: FunctionVersion?) {
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

    /// A function has been deleted, with all of its revisions.
    func delete(function: Int) {
        dispatcher.functionDeleted(function)
    }
}
