// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import CloudFormation
import Emulator
import EventLoop
import Foundation
import HTTPClient
import JSON
import LambdaService
import Packaging

/// What the proof of a package showed.
struct ProofFigures: Codable, Equatable {
    /// From the start of its process until it asked for the first event; the median of its environments.
    var coldMilliseconds: Double?
    /// The most memory that one of its environments used.
    var memoryMegabytes: Int?
    var isProved = true
}

/// Runs zip files in roots that are empty but for them, `/tmp`, `/proc` and `/dev`, as an ordinary user.
struct PackageProof {
    let template: URL
    let packages: [MadePackage]
    /// The folder of the events that are played through the whole application; nil for single invocations.
    let events: String?
    /// The event of single invocations.
    let event: Bytes?
    /// Whether the template has nothing but what was packaged.
    let isWhole: Bool
    let stack: StackArguments
    /// Where the figures are kept: what was proved is not proved again.
    let record: URL

    private struct Kept: Codable {
        var proved: String
        var figures: [String: ProofFigures]
    }

    /// - Returns: the figures by the names of the packages.
    /// - Throws: `Refused` with what is missing, or what did not come as it should.
    func run() async throws -> [String: ProofFigures] {
        for package in packages {
            guard let needs = package.needs else { continue }
            throw Refused(
                description:
                    "\(package.item.name) needs \(needs) of the machine that it runs on: it is not in the package. "
                    + "Bring it along, or leave out the proof: --no-verify.")
        }
        let digest = try digest()
        if let data = try? Data(contentsOf: record), let kept = try? JSONDecoder().decode(Kept.self, from: data),
            kept.proved == digest
        {
            return kept.figures
        }
        let figures = try await prove()
        try JSONEncoder().encode(Kept(proved: digest, figures: figures)).write(to: record, options: .atomic)
        return figures
    }

    /// Of all that a proof is about.
    private func digest() throws -> String {
        var all = Checksum(.sha256)
        all.update(Array(try Data(contentsOf: template)))
        for package in packages { all.update(Array("\(package.item.name) \(package.zip.sha256)\n".utf8)) }
        all.update(event?.array ?? [])
        let files = try events.map { try FileManager.default.contentsOfDirectory(atPath: $0).sorted() } ?? []
        for file in files where file.hasSuffix(".json") {
            all.update(Array(try Data(contentsOf: URL(filePath: "\(events ?? "")/\(file)"))))
        }
        return Hex.encode(all.value)
    }

    private func prove() async throws -> [String: ProofFigures] {
        var options = EmulatorOptions()
        options.template = template
        options.parameters = stack.parameterValues
        options.imports = stack.importValues
        options.account = stack.account
        options.region = stack.region
        options.port = 0
        options.apiPort = 0
        options.isolates = true
        options.hasEmptyRoots = true
        Orphans.adopt()
        let ledger = InvocationLedger()
        let loop = try EventLoop.start(named: "martlet")
        let emulator = try await Emulator.start(
            options, loop: loop, reporting: EmulatorReporting(observers: [ledger], progress: Console.note))
        let outcome: Result<Void, any Error>
        do {
            try await exercise(emulator, ledger, loop)
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        await emulator.stop()
        Orphans.end()
        await loop.shutdown()
        try outcome.get()
        return figures(ledger, emulator)
    }

    private func exercise(_ emulator: Emulator, _ ledger: InvocationLedger, _ loop: EventLoop) async throws {
        let isComplete = isWhole && packages.allSatisfy(\.item.hasBootstrap)
        if let events, isComplete {
            let files = try TestFiles(events).files
            Console.note("Playing \(events) through the zip files …")
            let player = try ScenarioPlayer(
                emulator: emulator, region: stack.region, account: stack.account, loop: loop, ledger: ledger,
                results: FileManager.default.temporaryDirectory.appending(path: "martlet-proof-\(UUID().uuidString)"),
                accepts: false)
            let played = await player.play(files, jobs: 4) { step in
                if step.hasFailed { Console.note(StepReport.lines(step)) }
            }
            await player.close()
            let failures = played.joined().count(where: \.hasFailed)
            guard failures == 0 else {
                for package in packages { try await invoke(package, emulator, loop, ledger, onlyIfEnded: true) }
                throw Refused(
                    description: "\(failures) of \(played.joined().count) events did not give what they should.")
            }
        }
        let ran = Set(ledger.all.map(\.function))
        for package in packages where package.item.hasBootstrap && !ran.contains(name(of: package, emulator)) {
            try await invoke(package, emulator, loop, ledger, onlyIfEnded: false)
        }
    }

    private func name(of package: MadePackage, _ emulator: Emulator) -> String {
        let functions = emulator.application.functions
        let id =
            template.lastPathComponent == "template.json" ? package.item.name : PackagePlan.logicalID(package.item.name)
        return functions.first { $0.logicalID == id }?.functionName ?? id
    }

    /// Runs a function once; one that ends, or is not there to answer, fails with the end of its log.
    ///
    /// - Parameter onlyIfEnded: whether to do so only for a function that has ended before, for the sake of its log.
    private func invoke(
        _ package: MadePackage, _ emulator: Emulator, _ loop: EventLoop, _ ledger: InvocationLedger, onlyIfEnded: Bool
    ) async throws {
        let name = name(of: package, emulator)
        let hasEnded = ledger.all.contains { record in
            if case .ended = record.outcome { record.function == name } else { false }
        }
        guard hasEnded || !onlyIfEnded else { return }
        let client = HTTPClient(loop: loop)
        let outcome: InvocationOutcome
        do {
            outcome = try await RemoteInvocation(endpoint: emulator.endpoint, client: client)
                .invoke(name, qualifier: nil, event: event ?? "{}")
        } catch {
            await client.close()
            throw error
        }
        await client.close()
        guard outcome.functionError != nil else { return }
        let type = JSONValue(parsing: Data(outcome.payload.array))?["errorType"]?.string ?? ""
        // An error of the function's own is an answer to an event that was not made for it, unless it was.
        guard event != nil || type.hasPrefix("Runtime.") || type.hasPrefix("Sandbox.") || type.isEmpty else { return }
        throw Refused(
            description:
                "\(package.item.name) does not run in an empty root: \(outcome.payload.string)\n\(outcome.log.string)")
    }

    private func figures(_ ledger: InvocationLedger, _ emulator: Emulator) -> [String: ProofFigures] {
        var figures: [String: ProofFigures] = [:]
        for package in packages {
            let records = ledger.all.filter { $0.function == name(of: package, emulator) }
            let starts = records.compactMap(\.initMilliseconds).sorted()
            figures[package.item.name] = ProofFigures(
                coldMilliseconds: starts.isEmpty ? nil : starts[starts.count / 2],
                memoryMegabytes: records.map(\.maxMemoryUsedMegabytes).max(),
                isProved: package.item.hasBootstrap)
        }
        return figures
    }
}
