// SPDX-License-Identifier: Apache-2.0
public import LambdaService

/// What an emulator tells its user while it runs.
public struct EmulatorReporting: Sendable {
    /// How functions' logs are shown on the standard error.
    public enum Logs: Sendable {
        /// Functions' logs are not shown.
        case none
        /// The lines as functions write them.
        case text
        /// One JSON object a line, which names the function too.
        case json
    }

    /// How functions' logs are shown; by default they are not.
    public var logs: Logs
    /// Hears of every attempt to run a function.
    public var observers: [any InvocationObserver]
    /// Hears of what takes a while, and of what goes wrong without a caller to tell it to.
    public var progress: @Sendable (String) -> Void
    /// Hears how far something is that takes a while; of no more use when the next line comes.
    public var transient: @Sendable (String) -> Void

    /// Tells nothing of what it is not given a listener for.
    public init(
        logs: Logs = .none, observers: [any InvocationObserver] = [],
        progress: @escaping @Sendable (String) -> Void = { _ in },
        transient: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.logs = logs
        self.observers = observers
        self.progress = progress
        self.transient = transient
    }
}
