// SPDX-License-Identifier: Apache-2.0
public import EmulatedTime
public import Foundation

/// How an emulator is started.
public struct EmulatorOptions: Sendable {
    /// Where functions, queued events and objects are kept.
    public enum State: Sendable, Equatable {
        /// In a folder, which outlives the emulator.
        case directory(URL)
        /// In memory and in a temporary folder, which is removed at the end.
        case ephemeral
    }

    /// The template to run; nil for an emulator without resources.
    public var template: URL?
    /// Values for the template's parameters.
    public var parameters: [String: String] = [:]
    /// What other stacks export, by the names of their exports.
    public var imports: [String: String] = [:]
    /// The address of all AWS APIs.
    public var host = "127.0.0.1"
    /// 0 for any.
    public var port = 4566
    /// Of the first API of API Gateway; others follow it.
    ///
    /// 0 for any.
    public var apiPort = 3000
    /// Where everything is kept; by default nothing outlives the emulator.
    public var state = State.ephemeral
    /// The account that all resources belong to: twelve digits.
    public var account = "000000000000"
    /// The region that all resources are in.
    public var region = "us-east-1"
    /// How the emulator's clock goes.
    public var clock = EmulatedClock.Pace.real
    /// How many function processes may live at once; more invocations than that wait.
    public var processLimit = 64
    /// Whether the processes of idle functions are stopped, as AWS freezes them.
    public var freezes = true
    /// Whether functions run in sandboxes, which bubblewrap makes.
    public var isolates = false
    /// Whether those sandboxes have nothing of this machine, and their functions an ordinary user.
    public var hasEmptyRoots = false
    /// After how long the processes of an idle function are ended; nil for never.
    public var idleTimeout: Duration? = .seconds(600)
    /// Makes a run that begins with nothing the same again: ids, whose turn it is and, unless ``chaos`` has a seed of
    /// its own, what goes wrong are drawn from it, and the clock is virtual; nil for any other run.
    ///
    /// The loop of such a run must not offload work (`EventLoop.start(offloads: false)`).
    public var seed: UInt64?
    /// What goes wrong on purpose.
    public var chaos = ChaosOptions()
    /// Whether what happens is kept in a journal.
    public var keepsJournal = true

    /// Whether new builds of functions and edits of the template are brought in while the emulator runs.
    public var watches = false
    /// Whether a change of a source of the Swift package builds it, when it is watched.
    public var builds = true

    /// The functions that their developer starts by hand, by name or logical id, and the ports where they are awaited.
    ///
    /// 0 for any port.
    public var debugged: [(function: String, port: Int)] = []

    /// The emulator that this one is a copy of; nil for one of its own.
    var origin: ShadowOrigin?
    /// Whether a copy has the functions of its origin; else it has those of its template.
    var adoptsFunctions = true
    /// Hears of what functions ask for in a copy, in which buckets and topics then tell nobody what happens.
    var observer: (any FunctionRequestObserver)?

    /// The defaults above, which start an emulator without resources.
    public init() {}
}
