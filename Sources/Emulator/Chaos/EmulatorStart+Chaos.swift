// SPDX-License-Identifier: Apache-2.0
import Chaos
import EmulatedTime
import EventLoop
import Foundation
import Journal
import MartletSettings
import ServiceProtocols
import Store

extension EmulatorStart {
    /// What goes wrong on purpose: as the file says that was named for it, else `martlet.toml`.
    func chaos(_ settings: ChaosSettings) throws -> ChaosEngine {
        var (settings, name) = (settings, Self.settingsFile)
        if let file = options.chaos.file {
            name = file.lastPathComponent
            guard let bytes = FileManager.default.contents(atPath: file.path) else {
                throw EmulatorError("Cannot read the rules of chaos in \(file.path).")
            }
            let read = try self.settings(bytes, file: name)
            guard read.runtimes.isEmpty, read.journal == MartletSettings.Journal() else {
                throw EmulatorError("\(name): only [chaos] and [[chaos.rules]] stand in a file of chaos.")
            }
            settings = read.chaos
        }
        var observers: [@Sendable (ChaosStrike) -> Void] = [
            { [reporting] in reporting.progress("chaos: \($0.text)") }
        ]
        if let journal {
            observers.append { [clock] in
                journal.append(JournalRecord($0, id: journal.nextID(), time: clock.now))
            }
        }
        return ChaosEngine(
            try ChaosPlan(settings, file: name, seed: options.chaos.seed ?? options.seed), loop: loop, clock: clock,
            observers: observers)
    }
}

extension Store {
    /// The store of one service, whose disk chaos may fill.
    func of(_ service: String, _ chaos: ChaosEngine) -> Store {
        refusing { chaos.isActive && chaos.strike(at: ChaosPoint(.write, of: service)) == .diskFull ? .full : nil }
    }
}
