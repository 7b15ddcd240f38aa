// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Emulator
import EventLoop
import Foundation
import Journal
import TriggerEvents

/// Where events run: in an emulator that runs already, or in one that is started for them.
struct ReplayPlace: ParsableArguments {
    @Option(help: "An emulator that runs; by default the one that runs the template, or answers at port 4566.")
    var endpoint: String?

    @Option(help: "The template of an emulator that is started.", completion: .file(extensions: ["json"]))
    var template = "template.json"

    @Option(help: "Its state folder; for the journal's events .martlet, else nothing is kept.", completion: .directory)
    var state: String?

    @OptionGroup(title: "An emulator that is started") var emulator: EmulatorArguments

    func validate() throws {
        guard endpoint == nil || state == nil else {
            throw ValidationError("An --endpoint has a state of its own: leave --state out.")
        }
    }

    /// Where events are from that do not say so.
    var samples: SamplePlace { SamplePlace(account: emulator.stack.account, region: emulator.stack.region) }

    /// Finds an emulator, or starts one.
    ///
    /// - Throws: ``Refused`` when events of the journal are asked for and there is none.
    func host(needsJournal: Bool, loop: EventLoop) async throws -> ReplayHost {
        if let endpoint { return ReplayHost(endpoint: endpoint, own: nil) }
        if state == nil, let running = try running(needsJournal: needsJournal) {
            return ReplayHost(endpoint: running, own: nil)
        }
        let folder = (state ?? (needsJournal ? JournalArguments.usualState : nil))
            .map { URL(filePath: $0, directoryHint: .isDirectory) }
        if needsJournal, let folder, !JournalFile.exists(in: folder) {
            throw Refused(
                description: "No emulator runs, and there is no journal in \(folder.relativePath). "
                    + "Run 'martlet start', name one with --endpoint or --state, or name files.")
        }
        var options = try emulator.options(template: template)
        options.port = 0
        options.apiPort = 0
        if let folder { options.state = .directory(folder) }
        Orphans.adopt()
        let started = try await Emulator.start(
            options, loop: loop, reporting: EmulatorReporting(progress: Console.note))
        return ReplayHost(endpoint: started.endpoint, own: started)
    }

    /// The emulator of the template, else the one at the usual address, or whose journal it is.
    private func running(needsJournal: Bool) throws -> String? {
        if let file = try? emulator.stack.template(template), let own = RunningEmulators.endpoint(of: file) {
            return own
        }
        if needsJournal { return try RunningEmulators.withJournal(hasJournal: JournalArguments.isLeftHere) }
        let usual = RunningEmulators.usualEndpoint
        return RemoteJournal(endpoint: usual).isThere ? usual : nil
    }
}

/// An emulator that events run in.
struct ReplayHost {
    let endpoint: String
    /// The one that was started for them.
    fileprivate let own: Emulator?

    func stop() async {
        guard let own else { return }
        await own.stop()
        Orphans.end()
    }
}
