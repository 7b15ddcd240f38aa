// SPDX-License-Identifier: Apache-2.0

/// Lets what is outside of the emulator do things one at a time, so that a run is the same again.
///
/// Processes and clients are as fast as the machine lets them be, and which of two comes first is chance. So the
/// emulator takes what comes from outside when it has nothing else to do, and gives what they wait for to one of them
/// when nothing outside runs any more. Time stands still meanwhile.
///
/// All of it is called on the loop.
public protocol TurnTaking: AnyObject, Sendable {
    /// Somebody asks for something: returns when the emulator has nothing else to do.
    ///
    /// - Returns: the question's number; he waits until it is ``granted(_:)``.
    func arrived(from party: OutsideParty) async -> Int

    /// Returns when it is somebody's turn to have the answer to his question; at once when he has left.
    func granted(_ question: Int) async

    /// For how long somebody has been at work since he was answered last; nil while he waits.
    func timeAtWork(_ party: OutsideParty) -> Duration?

    /// Somebody is gone: what he asked, nobody waits for.
    func left(_ party: OutsideParty)
}

extension TurnTaking {
    /// Returns when it is somebody's turn.
    public func turn(of party: OutsideParty) async { await granted(arrived(from: party)) }
}

/// Somebody who does things by himself, outside of the emulator.
public enum OutsideParty: Hashable, Comparable, Sendable {
    /// The runtime process of an execution environment.
    case environment(Int)
    /// A process that has ended, which is to be heard of.
    case ended(process: Int)
    /// The model of an endpoint.
    case model(String)
    /// All others who send requests.
    case clients
}
