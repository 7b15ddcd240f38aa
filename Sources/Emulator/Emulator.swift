// SPDX-License-Identifier: Apache-2.0
import APIGatewayService
public import Buffers
public import CloudFormation
import CloudWatchService
import EmulatedTime
public import EventLoop
import Foundation
import HTTPServer
import Journal
import LambdaService
import LogsService
import S3Service
import SNSService
import SQSService
import STSService
import SageMakerService
public import ServiceProtocols
import Store

/// Running services around the functions of a template.
public final class Emulator: Sendable {
    /// An HTTP API and where it is served.
    public struct API: Sendable {
        /// The API's id, which its ARN and its events carry.
        public let id: String
        /// The name that the template gives it, or the stack's.
        public let name: String
        /// Where it is served, without a slash at the end: `http://127.0.0.1:3000` for one.
        public let url: String
    }

    /// Where all AWS APIs are served: `http://127.0.0.1:4566`.
    public let endpoint: String
    /// The HTTP APIs of the template, in its order; each is served at a port of its own.
    public let apis: [API]
    /// The function URLs of the template, each with its function's name.
    public let functionURLs: [(function: String, url: String)]
    /// What the template described.
    public let application: Application
    let services: Services
    private let servers: [HTTPServer]
    let clock: EmulatedClock
    private let state: StateDirectory
    private let watch: CodeWatch?
    /// What copies of it are made from.
    let origin: ShadowOrigin

    init(
        endpoint: String, apis: [API], functionURLs: [(function: String, url: String)], application: Application,
        services: Services, servers: [HTTPServer], clock: EmulatedClock, state: StateDirectory, watch: CodeWatch?,
        origin: ShadowOrigin
    ) {
        self.endpoint = endpoint
        self.apis = apis
        self.functionURLs = functionURLs
        self.application = application
        self.services = services
        self.servers = servers
        self.clock = clock
        self.state = state
        self.watch = watch
        self.origin = origin
    }

    /// Starts everything; returns when it is ready to serve.
    ///
    /// - Throws: ``EmulatorError``, `TemplateError`, or `LoopError` for a port that is taken.
    public static func start(
        _ options: EmulatorOptions, loop: EventLoop, reporting: EmulatorReporting = EmulatorReporting()
    ) async throws -> Emulator {
        try await EmulatorStart(options: options, loop: loop, reporting: reporting).run()
    }

    /// Runs a function once and waits for its result, as the Invoke API does.
    ///
    /// A failing function is a result, not an error.
    ///
    /// - Throws: `ServiceError` when Lambda does not run it.
    public func invoke(_ function: String, qualifier: String? = nil, event: Bytes) async throws -> InvocationResult {
        try await services.lambda.invoke(Invocation(function: function, qualifier: qualifier, payload: event))
    }

    /// What went wrong on purpose.
    public func chaosReport() -> ChaosReport {
        let (plan, strikes) = services.chaos.snapshot
        return ChaosReport(plan, strikes)
    }

    /// What functions did and used since the start; call it on the loop.
    public func usageReport() -> UsageReport {
        services.metrics.report(of: nil, since: nil)
    }

    /// Serves no more, ends every process, and closes the state.
    ///
    /// Asynchronous invocations, bucket events and inferences that were accepted and not finished are kept in it;
    /// notifications of topics, which are in memory, are not.
    public func stop() async {
        await watch?.stop()
        // Nobody waits for his turn any more.
        if isRepeatable { await clock.end() }
        for server in servers { await server.stop(grace: .milliseconds(100)) }
        await services.stop()
        await clock.end()
        state.removeIfEphemeral()
    }
}

/// The services of one emulator.
struct Services: Sendable {
    let lambda: LambdaService
    let s3: S3Service
    let sns: SNSService
    let sageMaker: SageMakerService
    let sts: STSService
    let logs: LogsService
    let sqs: SQSService
    let cloudWatch: CloudWatchService
    let metrics: MetricsRecorder
    let chaos: ChaosEngine
    let console: ConsoleLogSink?
    let store: Store
    let journal: EventJournal?
    let watcher: AttemptWatcher
    let environment: ServiceEnvironment
    /// What functions sign with, each environment with a key of its own.
    let functionKeys: FunctionCredentials

    /// Those that cause invocations stop first.
    func stop() async {
        await chaos.stop()
        await sageMaker.stop()
        await sqs.stop()
        await sns.stop()
        await s3.stop()
        await lambda.stop()
        await console?.close()
        try? store.close()
        await journal?.close()
    }
}
