// SPDX-License-Identifier: Apache-2.0

/// How an environment with extensions ends: first its runtime, then its extensions, each with its share of the time
/// (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html#runtimes-lifecycle-shutdown).
///
/// Pure: facts go in, what is to be done comes out. An environment without extensions has no such sequence: its runtime
/// is killed.
struct ShutdownSequence {
    /// Why an environment ends, as extensions are told.
    enum Reason: String {
        case spindown
        case timeout
        case failure
    }

    enum Action: Equatable {
        /// SIGTERM to the runtime.
        case terminateRuntime
        /// SIGKILL to the runtime.
        case killRuntime
        /// Tell the extensions, which have time until the deadline; kill those that are not to be told.
        case shutDownExtensions
        /// SIGKILL to the extensions.
        case killExtensions
        /// Nothing runs any more.
        case finish
    }

    private enum Phase {
        case runtime
        case extensions
        case over
    }

    /// What a runtime gets of the time of external extensions.
    private static let runtimeShare: Int64 = 300_000_000
    /// What a runtime with internal extensions gets.
    private static let internalShare: Int64 = 500_000_000
    /// What all of it may take with external extensions.
    private static let externalLimit: Int64 = 2_000_000_000

    let reason: Reason
    /// When all must have ended.
    let end: MonotonicTime
    /// When ``deadlineReached()`` is due.
    private(set) var deadline: MonotonicTime
    private var phase = Phase.runtime
    private var isRuntimeRunning: Bool
    private var runningExtensions: Int

    /// - Parameters:
    ///   - isRuntimeRunning: whether the runtime has a process.
    ///   - hasExternal: whether there are external extensions, running or not.
    ///   - hasInternal: whether there are internal ones.
    ///   - runningExtensions: how many of their processes run.
    init(
        _ reason: Reason, isRuntimeRunning: Bool, hasExternal: Bool, hasInternal: Bool, runningExtensions: Int,
        at now: MonotonicTime
    ) {
        self.reason = reason
        self.isRuntimeRunning = isRuntimeRunning
        self.runningExtensions = runningExtensions
        end = now + (hasExternal ? Self.externalLimit : Self.internalShare)
        deadline = now + (hasInternal ? Self.internalShare : Self.runtimeShare)
    }

    /// What is to be done first.
    mutating func begin() -> [Action] {
        isRuntimeRunning ? [.terminateRuntime] : runtimeIsOver()
    }

    /// The runtime's process has gone.
    mutating func runtimeEnded() -> [Action] {
        isRuntimeRunning = false
        return phase == .runtime ? runtimeIsOver() : finishIfOver()
    }

    /// The process of an extension has gone.
    mutating func extensionEnded() -> [Action] {
        runningExtensions -= 1
        return phase == .runtime ? [] : finishIfOver()
    }

    /// The ``deadline`` has passed.
    mutating func deadlineReached() -> [Action] {
        switch phase {
        case .runtime: [.killRuntime] + runtimeIsOver()
        case .extensions: [.killRuntime, .killExtensions]
        case .over: []
        }
    }

    private mutating func runtimeIsOver() -> [Action] {
        phase = .extensions
        deadline = end
        return runningExtensions > 0 ? [.shutDownExtensions] : finishIfOver()
    }

    private mutating func finishIfOver() -> [Action] {
        guard phase == .extensions, !isRuntimeRunning, runningExtensions == 0 else { return [] }
        phase = .over
        return [.finish]
    }
}
