// SPDX-License-Identifier: Apache-2.0
import Buffers
import Curl
import EventLoop
import Glibc
import HTTPClient
import Logging

/// What serves an endpoint's requests.
protocol Model: Sendable {
    /// Starts it, if it does not run, without waiting for it.
    func start() async

    /// Asks it, as soon as it is ready.
    ///
    /// - Parameter timeout: how long waiting and answering may take together.
    func ask(
        _ path: String, headers: [(name: String, value: String)], body: Bytes, timeout: Duration
    ) async -> ModelAnswer

    /// Ends it and returns when it is gone.
    func stop() async

    /// Whether somebody waits for an answer of it; asked on the loop.
    nonisolated var isBusy: Bool { get }
}

/// A model's process: started when it is wanted, asked whether it is ready, started again when it dies.
actor ModelProcess: Model {
    private let loop: EventLoop
    private let model: Endpoint.Model
    private let client: HTTPClient
    private let log: Logger
    private var lifecycle = ModelLifecycle()
    private var process: ChildProcess?
    private var port = 0
    private var waiting: [CheckedContinuation<String?, Never>] = []
    private var exits: [CheckedContinuation<Void, Never>] = []
    private var tasks: [Task<Void, Never>] = []
    private var asks = 0

    nonisolated var isBusy: Bool { assumeIsolated { $0.asks > 0 } }

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// SageMaker waits two seconds for the answer to a ping.
    private static let pingTimeout = Duration.seconds(2)
    private static let longestPingDelay = Duration.milliseconds(500)
    /// How long a process has to end by itself, as SageMaker's containers have between SIGTERM and SIGKILL.
    private static let grace = Duration.seconds(2)

    init(loop: EventLoop, model: Endpoint.Model, client: HTTPClient, log: Logger) {
        self.loop = loop
        self.model = model
        self.client = client
        self.log = log
    }

    func start() {
        perform(lifecycle.handle(.wanted))
    }

    func ask(
        _ path: String, headers: [(name: String, value: String)], body: Bytes, timeout: Duration
    ) async -> ModelAnswer {
        let began = ContinuousClock.now
        asks += 1
        defer { asks -= 1 }
        start()
        if let reason = await readiness() { return .failed(.notReady(reason)) }
        let left = timeout - (ContinuousClock.now - began)
        guard left > .zero else { return .failed(.timedOut) }
        let request = CurlRequest(
            method: "POST", url: "http://127.0.0.1:\(port)\(path)", headers: headers + [("Expect", "")], body: body,
            timeout: left)
        do {
            let response = try await client.send(request)
            return .answered(
                ModelResponse(
                    status: response.status, contentType: response.head.value(of: "content-type"),
                    customAttributes: response.head.value(of: "x-amzn-sagemaker-custom-attributes"),
                    body: response.body))
        } catch let error as CurlError {
            return .failed(error.isTimeout ? .timedOut : .disconnected(error.message))
        } catch {
            return .failed(.disconnected("\(error)"))
        }
    }

    func stop() async {
        perform(lifecycle.handle(.stop))
        for task in tasks { task.cancel() }
        guard let process else { return }
        let killer = loop.spawn { [loop] in
            guard (try? await loop.sleep(for: Self.grace)) != nil else { return }
            await self.kill()
        }
        await withCheckedContinuation { continuation in
            guard self.process === process else {
                continuation.resume()
                return
            }
            exits.append(continuation)
        }
        killer.cancel()
        await killer.value
    }

    /// - Returns: nil when the model is ready; else why it cannot be had.
    private func readiness() async -> String? {
        await withCheckedContinuation { continuation in
            if lifecycle.isReady {
                continuation.resume(returning: nil)
            } else if let reason = lifecycle.hopeless {
                continuation.resume(returning: reason)
            } else {
                waiting.append(continuation)
            }
        }
    }

    private func perform(_ actions: [ModelLifecycle.Action]) {
        for action in actions {
            switch action {
            case .start: launch()
            case .delay(let delay): spawn { await self.endDelay(delay) }
            case .admitWaiting: answerWaiting(nil)
            case .refuseWaiting(let reason): answerWaiting(reason)
            case .terminate: process?.signalGroup(SIGTERM)
            }
        }
    }

    private func answerWaiting(_ reason: String?) {
        let waiting = self.waiting
        self.waiting = []
        for continuation in waiting { continuation.resume(returning: reason) }
    }

    private func launch() {
        do {
            port = try FreePort.find()
            var environment = model.environment
            environment["SAGEMAKER_BIND_TO_PORT"] = String(port)
            environment["PORT"] = String(port)
            let output = ModelOutput(log: log)
            process = try ChildProcess(
                loop: loop,
                command: ChildProcess.Command(
                    executable: model.executable, arguments: model.arguments, environment: environment,
                    workingDirectory: model.workingDirectory),
                observer: ChildProcess.Observer(
                    output: { stream, bytes in output.take(bytes, stream) }, outputEnded: { output.end() },
                    exited: { exit in self.assumeIsolated { $0.ended(exit) } }))
            let port = port
            spawn { await self.awaitReadiness(port) }
        } catch {
            log.error("a model cannot be started", metadata: ["error": "\(error)"])
            perform(lifecycle.handle(.ended("\(error)")))
        }
    }

    private func ended(_ exit: ChildProcess.Exit) {
        let reason =
            switch exit {
            case .status(let status): "its process ended with status \(status)"
            case .signal(let signal): "its process was ended by signal \(signal)"
            }
        if !lifecycle.isStopping { log.warning("a model's process ended", metadata: ["reason": "\(reason)"]) }
        // What it had started ends with it.
        process?.signalGroup(SIGKILL)
        process?.close()
        process = nil
        perform(lifecycle.handle(.ended(reason)))
        let exits = self.exits
        self.exits = []
        for continuation in exits { continuation.resume() }
    }

    private func kill() {
        process?.signalGroup(SIGKILL)
    }

    /// Pings the process until it answers well, or is another one.
    private func awaitReadiness(_ port: Int) async {
        var delay = Duration.milliseconds(5)
        while process != nil, self.port == port, !Task.isCancelled {
            let ping = CurlRequest(url: "http://127.0.0.1:\(port)/ping", timeout: Self.pingTimeout)
            if let response = try? await client.send(ping), response.status == 200 {
                if process != nil, self.port == port { perform(lifecycle.handle(.ready)) }
                return
            }
            guard (try? await loop.sleep(for: delay)) != nil else { return }
            delay = min(delay * 2, Self.longestPingDelay)
        }
    }

    private func endDelay(_ delay: Duration) async {
        guard (try? await loop.sleep(for: delay)) != nil else { return }
        perform(lifecycle.handle(.delayEnded))
    }

    /// At most one ping and one delay run at a time: earlier ones have ended, or end by themselves.
    private func spawn(_ body: @escaping @Sendable () async -> Void) {
        if tasks.count >= 4 { tasks.removeFirst() }
        tasks.append(loop.spawn(body))
    }
}
