// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import EventLoop
import Glibc
import HTTP1
import HTTPServer

/// What starts extensions, and what they ask.
extension ExecutionPool {
    // MARK: Start

    /// Starts what an init starts: the extensions and, when all have registered, the runtime.
    func startInitNow(of environment: ExecutionEnvironment) {
        guard let opt = environment.version.configuration.code.optFolder else {
            return startProcess(of: environment)
        }
        let (id, attempt) = (environment.id, environment.inits)
        loop.spawn { [loop] in
            let names = (try? await loop.offload { ExtensionFolder.names(in: "\(opt)/extensions") }) ?? []
            await self.start(names, of: id, init: attempt)
        }
    }

    private func start(_ names: [String], of id: Int, init attempt: Int) async {
        guard let environment = environments[id], !environment.isEnding, environment.inits == attempt,
            environment.machine.isInitializing
        else { return }
        guard !names.isEmpty else { return startProcess(of: environment) }
        let extensions = EnvironmentExtensions(external: names)
        environment.extensions = extensions
        environment.openTelemetry()
        for (index, name) in names.enumerated() {
            guard index < ExtensionRegistry.limit else {
                return launchFailed(name, "TooManyExtensions", "ErrTooManyExtensions", of: environment)
            }
            do throws(LoopError) {
                try await launch(name, of: environment, extensions)
            } catch {
                let reason = RuntimeProcess.reason(error)
                return launchFailed(
                    name, -error.code == EACCES ? "PermissionDenied" : "UnknownError",
                    "fork/exec /opt/extensions/\(name): \(reason)", of: environment)
            }
            guard extensions.shutdown == nil else { return }
        }
    }

    /// Starts an extension; one whose file is busy is tried again, as a bootstrap is.
    private func launch(
        _ name: String, of environment: ExecutionEnvironment, _ extensions: EnvironmentExtensions
    ) async throws(LoopError) {
        for _ in 1..<Self.startAttempts {
            do throws(LoopError) {
                return try start(name, of: environment, extensions)
            } catch {
                guard -error.code == ETXTBSY else { throw error }
            }
            try? await loop.sleep(for: .milliseconds(5))
            guard extensions.shutdown == nil else { return }
        }
        try start(name, of: environment, extensions)
    }

    private func start(
        _ name: String, of environment: ExecutionEnvironment, _ extensions: EnvironmentExtensions
    ) throws(LoopError) {
        lastProcess += 1
        let (key, id) = (lastProcess, environment.id)
        processes[key] = try RuntimeProcess(
            loop: loop, extension: extensionLaunch(name, of: environment),
            observer: ChildProcess.Observer(
                output: { stream, chunk in
                    self.environments[id]?.extensionOutputArrived(
                        key, isError: stream == .standardError, chunk)
                },
                outputEnded: { self.outputEnded(ofProcess: key, of: id) },
                exited: { self.exited(process: key, of: id, $0) }))
        extensions.processes[key] = EnvironmentExtensions.Process(name: name)
    }

    private func launchFailed(
        _ name: String, _ type: String, _ message: String, of environment: ExecutionEnvironment
    ) {
        environment.extensions?.registry.launchFailed(name, errorType: type)
        handle(
            environment.machine.processEnded(
                .extensionFailed(type: "Extension.LaunchError", message: message), at: .now), of: environment)
    }

    // MARK: Requests

    /// `POST /extension/register`.
    func registerExtension(
        _ name: String, events: [String], withAccount: Bool, in id: Int
    ) throws(RuntimeAPIError) -> HTTPResponse {
        guard let environment = environments[id], environment.extensions != nil || environment.machine.isInitializing
        else { throw .registrationClosed }
        let extensions = environment.extensions ?? EnvironmentExtensions()
        let identifier = try extensions.registry.register(name, events: events) { makeUUID() }
        environment.extensions = extensions
        environment.openTelemetry()
        if environment.process == nil, environment.machine.isInitializing, extensions.registry.areRegistered {
            startProcess(of: environment)
        }
        return registered(identifier, environment.version, withAccount)
    }

    private func registered(_ id: String, _ version: FunctionVersion, _ withAccount: Bool) -> HTTPResponse {
        var json = JSONObjectWriter()
        json.add("functionName", version.name)
        json.add("functionVersion", version.version)
        json.add("handler", version.configuration.handler)
        if withAccount {
            let parts = version.functionARN.split(separator: ":", omittingEmptySubsequences: false)
            json.add("accountId", parts.count > 4 ? String(parts[4]) : "")
        }
        return HTTPResponse(
            status: 200, headers: ["Content-Type": "application/json", "Lambda-Extension-Identifier": id],
            body: Bytes(json.finish()))
    }

    /// `GET /extension/event/next`: returns when there is an event.
    func extensionNext(by id: String, in environmentID: Int) async throws(RuntimeAPIError) -> HTTPResponse {
        guard let environment = environments[environmentID], let extensions = environment.extensions else {
            throw .unknownExtension(id)
        }
        if case .shutdown = try extensions.registry.nextRequested(by: id) {
            return shutdownEvent(extensions, for: id)
        }
        return await withUnsafeContinuation { continuation in
            extensions.park(id, continuation)
            extensionsProgressed(environment)
        }
    }

    /// `POST /extension/init/error` and `/extension/exit/error`.
    func extensionFailed(
        _ id: String, type: String, inInit: Bool, in environmentID: Int
    ) throws(RuntimeAPIError) -> HTTPResponse {
        guard let environment = environments[environmentID], let extensions = environment.extensions else {
            throw .unknownExtensionIdentifier
        }
        try extensions.registry.errorReported(by: id, inInit: inInit, type: type)
        endAfterError(of: environment, extensions)
        return .accepted
    }

    /// An extension that has reported an error gets a little time to end by itself, as a runtime does.
    private func endAfterError(of environment: ExecutionEnvironment, _ extensions: EnvironmentExtensions) {
        guard extensions.wait == nil, extensions.shutdown == nil else { return }
        let (id, attempt) = (environment.id, environment.inits)
        extensions.wait = loop.spawn { [loop, options] in
            guard (try? await loop.sleep(for: options.initErrorGrace)) != nil else { return }
            await self.endFailed(id, init: attempt)
        }
    }

    private func endFailed(_ id: Int, init attempt: Int) {
        guard let environment = environments[id], environment.inits == attempt, let extensions = environment.extensions,
            extensions.shutdown == nil, !environment.isEnding
        else { return }
        let type = extensions.registry.processEnded()
        handle(
            environment.machine.processEnded(
                .extensionFailed(type: type, message: "signal: killed"), at: .now), of: environment)
    }

    // MARK: Progress

    /// Whether the runtime's request for the next invocation has to wait for extensions.
    ///
    /// The init and each invocation are over when they have asked for their next events too.
    func waitsForExtensions(_ environment: ExecutionEnvironment, at now: MonotonicTime) -> Bool {
        guard let extensions = environment.extensions else { return false }
        switch environment.machine.phase {
        case .initialization(let phase):
            extensions.registry.closeRegistration()
            environment.initRuntimeDone(phase, .success)
            return !extensions.registry.areInitialized
        case .invocation(let assignment):
            environment.runtimeDone(
                with: assignment.work.request, .success, nanoseconds: now.since(assignment.began), at: now)
            return !extensions.registry.areDone
        case .other:
            return false
        }
    }

    /// An extension asked for its next event: that may be what the runtime's request waits for.
    private func extensionsProgressed(_ environment: ExecutionEnvironment) {
        guard environment.parked != nil, !environment.isEnding else { return }
        if case .answer(let response) = advance(environment) { environment.resumeParked(response) }
    }

    /// Tells the extensions that an invocation begins.
    func tellExtensions(
        of assignment: RuntimeStateMachine<PendingInvocation>.Assignment, in environment: ExecutionEnvironment,
        at now: MonotonicTime
    ) {
        guard let extensions = environment.extensions else { return }
        let told = extensions.registry.invoke()
        guard !told.isEmpty else { return }
        let deadline = MonotonicTime.wallMilliseconds + assignment.deadline.since(now) / 1_000_000
        let event = Bytes(ExtensionEvent.invoke(assignment.work.request, deadline: deadline))
        for id in told { extensions.resume(id, extensionEvent(event, for: id)) }
    }

    func extensionEvent(_ event: Bytes, for id: String) -> HTTPResponse {
        HTTPResponse(
            status: 200,
            headers: [
                "Content-Type": "application/json", "Lambda-Extension-Identifier": id,
                "Lambda-Extension-Event-Identifier": makeUUID(),
            ], body: event)
    }
}
