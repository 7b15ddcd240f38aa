// SPDX-License-Identifier: Apache-2.0
import EmulatedTime
import EventLoop
import Foundation
import Locks
import Randomness
import ServiceProtocols
import Store

extension EmulatorOptions {
    /// The clock of an emulator; where the run is to be the same again, it begins at the same moment, and those outside
    /// take turns.
    func makeClock(on loop: EventLoop) -> EmulatedClock {
        guard let seed else { return EmulatedClock(loop: loop, pace: clock) }
        let bits = Locked(RandomBits(seed: seed &+ 1))
        let turns = Turns(loop: loop) { count in bits.withLock { Int.random(in: 0..<count, using: &$0) } }
        return EmulatedClock(loop: loop, pace: .virtual, start: Self.beginning, turns: turns)
    }

    /// 2026-01-01T00:00:00Z.
    private static let beginning = Timestamp(milliseconds: 1_767_225_600_000)

    /// - Throws: ``EmulatorError`` when a run that is to be the same again would find what an earlier one has left.
    func checkBeginning(in folder: URL) throws(EmulatorError) {
        guard seed != nil, FileManager.default.fileExists(atPath: folder.appending(path: Store.fileName).path) else {
            return
        }
        throw EmulatorError(
            "A run with a seed begins with nothing, and \(folder.path) has what an earlier one left. Name another folder with --state, or none."
        )
    }
}

extension EmulatedClock {
    /// What functions are told in a run that is to be the same again: where they read the time, and that the order of
    /// their tables is not to be by chance.
    var functionVariables: [String: String] {
        guard turns != nil else { return [:] }
        var variables = ["SWIFT_DETERMINISTIC_HASHING": "1", "PYTHONHASHSEED": "0"]
        variables["MARTLET_CLOCK"] = sharedFile
        return variables
    }
}
