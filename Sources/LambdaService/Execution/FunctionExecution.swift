// SPDX-License-Identifier: Apache-2.0

/// What runs functions: ``ExecutionPool`` in processes, ``ModelledPool`` by a model of them.
protocol FunctionExecution: Sendable {
    /// Runs a request and returns what became of it.
    func run(_ request: InvocationRequest, on version: FunctionVersion) async -> ExecutionOutcome

    /// A revision of a function has been replaced or deleted.
    func retire(_ version: FunctionVersion, successor: FunctionVersion?) async

    /// Sets what a function may have in work at once; nil lets it share what is not reserved.
    func reserve(_ count: Int?, for function: Int) async

    /// Sets how many environments of a version are provisioned.
    func provision(_ count: Int, for version: FunctionVersion) async

    /// What versions have of the environments that are provisioned for them, together.
    func allocation(of versions: [FunctionVersion]) async -> Dispatcher<PendingInvocation>.Allocation

    /// A function has been deleted, with all of its revisions.
    func delete(function: Int) async

    /// Ends everything: what waits or runs is given up.
    func stop() async

    /// Whether a process has something to do; asked on the loop.
    var isBusy: Bool { get }
}
