// SPDX-License-Identifier: Apache-2.0
import CloudFormation
import EventLoop
import Foundation
import LambdaService

/// Notices what a developer changes while the emulator runs, and brings it into the services: new builds of functions,
/// sources of their Swift package, the template.
///
/// What runs ends on the code that it began with; what waits, and what comes, runs on the new.
actor CodeWatch {
    /// What is looked at when it has changed.
    enum Subject: Hashable {
        /// By its logical id.
        case function(String)
        case sources
        case template
    }

    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
    /// Those that their developer starts, and starts again.
    let debugged: DebuggedFunctions
    let template: URL
    let read: @Sendable ([UInt8]) throws -> Application
    let reporting: EmulatorReporting
    let build: PackageBuild
    /// With the application as it is deployed now.
    var deployment: Deployment
    /// What each subject consists of, and what it was like at the last look.
    private var watched: [Subject: (files: WatchedFiles, scan: WatchedFiles.Scan)] = [:]
    private var watchers: [String: (watcher: FolderWatcher, folder: FolderID)] = [:]
    private var settling = ChangeSettling<Subject>()
    private var timer: LoopTimer?
    private var work: Task<Void, Never>?
    var building: Task<Void, Never>?
    var mustBuildAgain = false
    private(set) var isStopped = false

    init(
        _ deployment: Deployment, besides debugged: DebuggedFunctions, template: URL,
        read: @escaping @Sendable ([UInt8]) throws -> Application,
        reporting: EmulatorReporting, loop: EventLoop
    ) {
        self.deployment = deployment
        self.debugged = debugged
        self.template = template
        self.read = read
        self.reporting = reporting
        self.loop = loop
        build = PackageBuild(deployment.code.package, loop: loop, progress: reporting.transient)
    }

    /// Begins to watch.
    ///
    /// - Parameter builds: whether a change of a source starts a build.
    func start(builds: Bool) async throws {
        timer = try LoopTimer(loop: loop)
        await watch(.template, WatchedFiles.files([template]))
        for function in deployment.application.functions { await watch(function) }
        if builds, !products.isEmpty { await watch(.sources, WatchedFiles.package(deployment.code.templateFolder)) }
        let sources = watched[.sources] == nil ? "" : ", the sources of \(products.joined(separator: ", "))"
        reporting.progress("watching the code of functions\(sources) and \(template.lastPathComponent)")
    }

    /// Watches no more, and ends a build that is under way.
    func stop() async {
        isStopped = true
        timer?.close()
        for (watcher, _) in watchers.values { watcher.close() }
        watchers = [:]
        await build.stop()
        await work?.value
        await building?.value
    }

    /// The Swift products that functions are made of.
    var products: [String] {
        var seen: Set<String> = []
        return deployment.application.functions.compactMap { function in
            guard case .swiftProduct(let product) = function.code, seen.insert(product).inserted else { return nil }
            return product
        }
    }

    /// Watches a function's code; what it is already made of is no change.
    func watch(_ function: FunctionResource) async {
        let subject = Subject.function(function.logicalID)
        guard !debugged.contains(function), let files = deployment.code.watchedFiles(of: function) else {
            watched[subject] = nil
            return
        }
        await watch(subject, files)
        // It may have changed between its deployment and now.
        changed(subject)
    }

    private func watch(_ subject: Subject, _ files: WatchedFiles) async {
        guard let scan = try? await loop.offload({ files.scan() }) else { return }
        // A function is compared with what was deployed, the others with what they are now.
        var known = scan
        if case .function = subject { known.files = [:] }
        watched[subject] = (files, known)
        watchFolders(scan.folders)
    }

    /// Watches folders that are new; one that has been made anew under its name is another.
    private func watchFolders(_ folders: [String: FolderID]) {
        guard !isStopped else { return }
        for (folder, id) in folders where watchers[folder]?.folder != id {
            watchers.removeValue(forKey: folder)?.watcher.close()
            let watcher = try? FolderWatcher(loop: loop, folder: folder) { self.changed($0, in: folder) }
            if let watcher { watchers[folder] = (watcher, id) }
        }
    }

    // MARK: Changes

    private func changed(_ entry: String?, in folder: String) {
        for (subject, (files, scan)) in watched where files.mayInclude(entry) && scan.folders[folder] != nil {
            changed(subject)
        }
    }

    func changed(_ subject: Subject) {
        settling.changed(subject, at: .now)
        setTimer()
    }

    private func setTimer() {
        guard !isStopped, work == nil, let next = settling.next else { return }
        timer?.start(after: max(.zero, ContinuousClock.now.duration(to: next))) { self.lookAtDue() }
    }

    private func lookAtDue() {
        guard !isStopped, work == nil else { return }
        let due = settling.take(at: .now)
        work = loop.spawn {
            for subject in due { await self.look(at: subject) }
            await self.looked()
        }
    }

    private func looked() {
        work = nil
        setTimer()
    }

    private func look(at subject: Subject) async {
        guard !isStopped, let (files, last) = watched[subject] else { return }
        let look = try? await loop.offload {
            let scan = files.scan()
            let changed = scan.files.filter { last.files[$0.key] != $0.value }.keys
            return (scan, isComplete: changed.allSatisfy(FileCompleteness.isComplete))
        }
        guard let (scan, isComplete) = look, !isStopped else { return }
        watchFolders(scan.folders)
        guard isComplete else {
            watched[subject]?.scan.folders = scan.folders
            return settling.isIncomplete(subject, at: .now)
        }
        watched[subject]?.scan = scan
        guard scan.files != last.files else { return }
        switch subject {
        case .function(let id): await lookAtCode(of: id, scan)
        case .sources: startBuild()
        case .template: await lookAtTemplate()
        }
    }

    private func lookAtCode(of id: String, _ scan: WatchedFiles.Scan) async {
        guard let function = deployment.application.functions.first(where: { $0.logicalID == id }),
            let files = watched[.function(id)]?.files
        else { return }
        // A build takes the old file away first.
        guard deployment.code.hasEntry(function, among: scan.files.keys) else { return }
        do {
            let code = deployment.code
            let (prepared, isStable) = try await loop.offload {
                let prepared = try code.prepare(function)
                return (prepared, files.scan().files == scan.files)
            }
            // It was changed while it was copied.
            guard isStable else { return changed(.function(id)) }
            guard !isStopped, await !deployment.runs(prepared, as: function) else { return }
            let version = try await deployment.replaceCode(of: function, with: prepared)
            reporting.progress("\(id) runs its new code\(version.map { " as version \($0)" } ?? "")")
        } catch {
            reporting.progress("\(error)")
        }
    }
}
