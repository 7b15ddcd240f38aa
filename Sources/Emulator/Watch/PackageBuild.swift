// SPDX-License-Identifier: Apache-2.0
import EventLoop
import Foundation

/// Builds executables of a Swift package, one after the other, and tells how it goes.
actor PackageBuild {
    enum Outcome {
        case built
        /// With what the compiler said.
        case failed(String)
    }

    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
    private let package: SwiftPackage
    private let progress: @Sendable (String) -> Void
    private var process: ChildProcess?
    private var output = BuildOutput()
    private var waiter: CheckedContinuation<ChildProcess.Exit, Never>?
    private var isStopped = false

    /// - Parameter progress: hears how far a build is; of no more use when the next line comes.
    init(_ package: SwiftPackage, loop: EventLoop, progress: @escaping @Sendable (String) -> Void) {
        self.package = package
        self.loop = loop
        self.progress = progress
    }

    /// Builds a product in the configuration of the executable that runs now.
    func build(_ product: String) async -> Outcome {
        guard !isStopped else { return .failed("") }
        output = BuildOutput()
        let command = ChildProcess.Command(
            executable: "swift",
            arguments: ["build", "-c", package.configuration(of: product), "--product", product],
            environment: ProcessInfo.processInfo.environment, workingDirectory: package.folder.path)
        let exit = await withCheckedContinuation { continuation in
            waiter = continuation
            do throws(LoopError) {
                process = try ChildProcess(
                    loop: loop, command: command,
                    observer: .init(
                        output: { _, bytes in self.wrote(product, bytes) }, exited: { self.exited($0) }))
            } catch {
                _ = output.append("error: \(error)\n".utf8)
                exited(.status(127))
            }
        }
        return exit == .status(0) ? .built : .failed(output.failure)
    }

    /// Ends a build that is under way.
    func stop() {
        isStopped = true
        process?.signalGroup(SIGTERM)
        exited(.signal(SIGTERM))
    }

    private func wrote(_ product: String, _ bytes: UnsafeRawBufferPointer) {
        if let line = output.append(bytes) { progress("building \(product) \(line)") }
    }

    private func exited(_ exit: ChildProcess.Exit) {
        process.take()?.close()
        waiter.take()?.resume(returning: exit)
    }
}
