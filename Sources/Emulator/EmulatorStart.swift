// SPDX-License-Identifier: Apache-2.0
import APIGatewayService
import AWSWire
import CloudFormation
import CloudWatchService
import EmulatedTime
import EventLoop
import Foundation
import HTTP1
import HTTPServer
import Journal
import LambdaService
import LogsService
import MartletSettings
import S3Service
import SNSService
import SQSService
import STSService
import SageMakerService
import ServiceProtocols
import ServiceWire
import Store

/// The way from a template to running services.
struct EmulatorStart {
    let options: EmulatorOptions
    let loop: EventLoop
    let reporting: EmulatorReporting
    /// Opened as soon as the state folder belongs to this process; nil without one.
    var journal: EventJournal?
    private let seed: UInt64
    private let ids: RequestIDs
    let clock: EmulatedClock

    init(options: EmulatorOptions, loop: EventLoop, reporting: EmulatorReporting) {
        self.options = options
        self.loop = loop
        self.reporting = reporting
        seed = options.seed ?? .random(in: .min ... .max)
        ids = RequestIDs(seed: seed)
        clock = options.makeClock(on: loop)
    }

    func run() async throws -> Emulator {
        let template = try templateText()
        let state = try StateDirectory(options.state)
        do {
            try options.checkBeginning(in: state.url)
            return try await start(template, state)
        } catch {
            state.removeIfEphemeral()
            await clock.end()
            throw error
        }
    }

    private func start(_ template: [UInt8], _ state: StateDirectory) async throws -> Emulator {
        // The port comes first: functions are given it, and it is in the URLs of queues.
        let edge = HTTPServer(loop: loop, host: options.host, port: options.port)
        let port = try await edge.start()
        let endpoint = "http://\(options.host):\(port)"
        do {
            let application = try Self.read(template, options, endpoint: endpoint)
            let code = try codeFolder(state)
            let store = try await options.origin?.copiedStore(on: loop) ?? state.openStore()
            try await options.origin?.linkObjects(into: state.folder("objects"), on: loop)
            let settings = try settings(code)
            var start = self
            start.journal = try openJournal(state, settings)
            let services = try await start.makeServices(application, state, store, code, settings, endpoint: endpoint)
            do {
                let adopted = options.adoptsFunctions ? options.origin : nil
                // Notifications and subscriptions name functions.
                if let adopted {
                    try await services.lambda.adopt(
                        adopted.lambda.snapshot(), of: adopted.endpoint, as: endpoint)
                }
                let debugged = try DebuggedFunctions(options.debugged, in: application)
                let deployed = adopted == nil ? application : application.withoutFunctions
                let deployment = Deployment(
                    application: debugged.removeProvisioned(from: deployed), services: services, code: code,
                    note: reporting.progress)
                try await deployment.run()
                try await debugged.attach(to: services, code, note: reporting.progress)
                let origin = ShadowOrigin(
                    options: options, endpoint: endpoint, store: store, objects: try state.folder("objects"),
                    lambda: services.lambda)
                let (apis, servers) = try await start.serve(application, by: services, origin, edge)
                let watch = try await watch(deployment, debugged, endpoint: endpoint)
                return Emulator(
                    endpoint: endpoint, apis: apis, functionURLs: await services.lambda.functionURLs,
                    application: application, services: services, servers: servers, clock: clock, state: state,
                    watch: watch, origin: origin)
            } catch {
                await services.stop()
                throw error
            }
        } catch {
            await edge.stop(grace: .zero)
            throw error
        }
    }

    /// Opens the ports of the APIs, then lets everything begin.
    private func serve(
        _ application: Application, by services: Services, _ origin: ShadowOrigin, _ edge: HTTPServer
    ) async throws -> ([Emulator.API], [HTTPServer]) {
        let gateway = APIGateway(
            apis: try application.apis.map { try HTTPAPI($0) }, environment: environment(services.chaos),
            lambda: services.lambda, loop: loop)
        var (apis, servers): ([Emulator.API], [HTTPServer]) = ([], [])
        do {
            for resource in application.apis {
                guard let handler = gateway.endpoint(of: resource.apiID) else { continue }
                // The first API has the port that people expect; others have what is free.
                let server = HTTPServer(
                    loop: loop, host: options.host, port: servers.isEmpty ? options.apiPort : 0,
                    handler: inTurn(handler, services))
                let port = try await server.start()
                servers.append(server)
                apis.append(.init(id: resource.apiID, name: resource.name, url: "http://\(options.host):\(port)"))
            }
            try await services.lambda.start()
        } catch {
            for server in servers { await server.stop(grace: .zero) }
            throw error
        }
        await services.s3.resume()
        await services.sageMaker.start()
        // What goes wrong on purpose would make two copies differ.
        if options.origin == nil { services.chaos.begin() }
        let events = journal.map { JournalAPI(journal: $0, clock: clock, loop: loop) }
        let replay = ReplayAPI(
            lambda: services.lambda, watcher: services.watcher, journal: journal, environment: services.environment,
            loop: loop)
        let router = EdgeRouter(
            services: .init(
                lambda: services.lambda, s3: services.s3, sns: services.sns, sts: services.sts,
                logs: services.logs, sqs: services.sqs, cloudWatch: services.cloudWatch,
                sageMaker: services.sageMaker, gateway: gateway,
                own: MartletAPI(
                    metrics: services.metrics, clock: ClockAPI(clock: clock), chaos: ChaosAPI(engine: services.chaos),
                    events: events, replay: replay, diff: DiffAPI(replay: replay, origin: origin),
                    mirror: MirrorAPI(replay: replay, origin: origin, objects: services.s3),
                    audit: AuditAPI(replay: replay, origin: origin))))
        await edge.serve(
            journal == nil
                ? inTurn(router, services)
                : inTurn(
                    CausingRequests(router: router, lambda: services.lambda, observer: options.observer), services))
        servers.append(edge)
        await clock.begin(surroundings(services, servers))
        return (apis, servers)
    }

    /// A handler whose answers take turns, where the run is to be the same again; Martlet's own API does not.
    private func inTurn(_ handler: some HTTPHandler, _ services: Services) -> any HTTPHandler {
        guard let turns = clock.turns else { return handler }
        let keys = services.functionKeys
        return AnsweredInTurn(handler, turns: turns) { request in
            guard !request.path.hasPrefix("/_martlet/") else { return nil }
            let key = request.headers["authorization"]?.accessKeyID
            // One is at work at a time: it sends what is not signed, unless none is.
            let environment = key.flatMap { keys.environment(ofAccessKey: $0) } ?? services.lambda.environmentAtWork
            return environment.map { .environment($0) } ?? .clients
        }
    }

    /// What keeps a clock from jumping.
    private func surroundings(_ services: Services, _ servers: [HTTPServer]) -> EmulatedClock.Surroundings {
        EmulatedClock.Surroundings(
            isStoring: { services.store.isBusy },
            isRunning: {
                services.lambda.isBusy || services.sageMaker.isBusy || servers.contains { $0.isReceiving }
            })
    }

    private func environment(_ chaos: ChaosEngine) -> ServiceEnvironment {
        ServiceEnvironment(
            account: options.account, region: options.region, clock: clock, makeID: { [ids] in ids.next() },
            chaos: chaos, journal: journal, turns: clock.turns)
    }

    private func templateText() throws -> [UInt8] {
        guard let template = options.template else { return Array("{\"Resources\": {}}".utf8) }
        guard let text = FileManager.default.contents(atPath: template.path) else {
            throw EmulatorError("Cannot read the template \(template.path).")
        }
        return [UInt8](text)
    }

    /// Begins to look at what changes, if that is wanted.
    private func watch(
        _ deployment: Deployment, _ debugged: DebuggedFunctions, endpoint: String
    ) async throws -> CodeWatch? {
        guard options.watches, let template = options.template else { return nil }
        let watch = CodeWatch(
            deployment, besides: debugged, template: template.absoluteURL,
            read: { [options] in
                debugged.removeProvisioned(from: try Self.read($0, options, endpoint: endpoint))
            }, reporting: reporting, loop: loop)
        try await watch.start(builds: options.builds)
        return watch
    }

    private static func read(
        _ template: [UInt8], _ options: EmulatorOptions, endpoint: String
    ) throws -> Application {
        try Application(
            template: template, file: options.template?.relativePath ?? "",
            settings: StackSettings(
                account: options.account, region: options.region, endpoint: endpoint, parameters: options.parameters,
                imports: options.imports))
    }

    private func codeFolder(_ state: StateDirectory) throws -> FunctionCodeFolder {
        let folder = options.template?.deletingLastPathComponent() ?? URL(filePath: ".", directoryHint: .isDirectory)
        return FunctionCodeFolder(
            templateFolder: folder.absoluteURL, codeFolder: try state.folder("code"),
            snapshots: options.watches ? CodeSnapshots(folder: try state.emptyFolder("watched")) : nil,
            progress: reporting.progress)
    }

    private func makeServices(
        _ application: Application, _ state: StateDirectory, _ store: Store, _ code: FunctionCodeFolder,
        _ settings: MartletSettings, endpoint: String
    ) async throws -> Services {
        let chaos = try chaos(settings.chaos)
        let environment = environment(chaos)
        let console = reporting.logs == .none ? nil : ConsoleLogSink(loop: loop, format: reporting.consoleFormat)
        let logs = LogsService(environment: environment, loop: loop)
        let cloudWatch = CloudWatchService(environment: environment, loop: loop)
        let metrics = MetricsRecorder(cloudWatch: cloudWatch, clock: environment.clock, loop: loop)
        let credentials = functionCredentials()
        // Where the run is to be the same again, nothing may depend on when another thread is done.
        let shared = clock.turns == nil ? store : store.behind { _ in }
        var lambdaOptions = LambdaService.Options(codeDirectory: try state.folder("code").path, seed: seed &+ 2)
        lambdaOptions.environments = options.processLimit
        lambdaOptions.variables = clock.functionVariables
        lambdaOptions.freezes = options.freezes
        lambdaOptions.runtimeClients = RuntimeClients(named: settings.runtimes, folder: code.templateFolder.path)
        if options.isolates { lambdaOptions.isolation = try await isolation() }
        lambdaOptions.idleLimit = options.idleTimeout
        lambdaOptions.temporaryDirectory = try state.emptyFolder("tmp").path
        lambdaOptions.endpointURL = endpoint
        lambdaOptions.credentials = FunctionCredentials(
            accessKeyID: credentials.accessKeyID, secretAccessKey: credentials.secretAccessKey,
            sessionToken: credentials.sessionToken ?? "")
        let functionKeys = lambdaOptions.credentials
        var sinks: [any LambdaLogSink] = [LogsSink(logs: logs, loop: loop), metrics]
        let watcher = AttemptWatcher(loop: loop)
        var observers: [any InvocationObserver] = [metrics, watcher]
        if let recorder = environment.journal.map({ JournalRecorder(journal: $0) }) {
            sinks.append(recorder)
            observers.append(recorder)
        }
        if let console { sinks.append(console) }
        let lambda = LambdaService(
            loop: loop, environment: environment, options: lambdaOptions,
            queue: try SQLiteEventQueue(store: shared.of("lambda", chaos)),
            functions: try FunctionStore(store: shared.of("lambda", chaos)),
            logs: sinks, observers: observers + reporting.observers, report: reporting.progress)
        let listener: any Invoking = options.observer == nil ? lambda : MutedInvoking(lambda: lambda)
        let s3 = try await S3Service.open(
            environment: environment, loop: loop, store: shared.of("s3", chaos), objects: try state.folder("objects"),
            access: S3Access { functionKeys.isKey($0) ? credentials : nil }, invoking: listener)
        let sqs = try await SQSService.open(
            environment: environment, loop: loop, store: shared.of("sqs", chaos), endpoint: endpoint)
        await lambda.connect(objects: s3)
        try await lambda.restoreLayers()
        let sns = SNSService(environment: environment, loop: loop, lambda: listener, endpoint: { endpoint })
        await lambda.connect(DeliveryServices(queues: sqs, topics: sns, objects: s3))
        let sageMaker = try SageMakerService(
            environment: environment, loop: loop, store: shared.of("sagemaker", chaos),
            endpoints: try application.endpoints.map { try Endpoint($0, code: code) }, objects: s3, publishing: sns)
        return Services(
            lambda: lambda, s3: s3, sns: sns, sageMaker: sageMaker, sts: STSService(environment: environment),
            logs: logs, sqs: sqs, cloudWatch: cloudWatch, metrics: metrics, chaos: chaos, console: console,
            store: store, journal: journal, watcher: watcher, environment: environment, functionKeys: functionKeys)
    }

    private func isolation() async throws -> Isolation {
        do {
            let root = options.hasEmptyRoots ? Isolation.Root.empty : .machine
            return try await loop.offload { try Isolation(root: root) }
        } catch let error as Isolation.Unavailable {
            throw EmulatorError(
                "\(error) Or leave out \(options.hasEmptyRoots ? "the proof: --no-verify" : "--isolation").")
        }
    }

    /// What `martlet.toml` beside the template says; nothing where there is none.
    private func settings(_ code: FunctionCodeFolder) throws(EmulatorError) -> MartletSettings {
        let file = code.templateFolder.appending(path: Self.settingsFile)
        guard let bytes = FileManager.default.contents(atPath: file.path) else { return MartletSettings() }
        return try settings(bytes, file: Self.settingsFile)
    }

    static let settingsFile = "martlet.toml"

    func settings(_ text: Data, file: String) throws(EmulatorError) -> MartletSettings {
        do {
            return try MartletSettings(text: String(decoding: text, as: UTF8.self), file: file)
        } catch {
            throw EmulatorError("\(error)")
        }
    }

    private func openJournal(_ state: StateDirectory, _ settings: MartletSettings) throws -> EventJournal? {
        guard options.keepsJournal else { return nil }
        do {
            return try EventJournal(
                file: try JournalFile(directory: state.url), settings: try JournalSettings(settings.journal),
                clock: clock, report: reporting.progress)
        } catch let error as JournalError {
            throw EmulatorError("\(error); or leave the journal out with --no-journal")
        }
    }

    /// Temporary ones, as a role's: a key of the kind `ASIA…`, and a token.
    private func functionCredentials() -> Credentials {
        let ids = options.seed.map { RequestIDs(seed: $0 &+ 3) }
        let secret = { (ids?.next() ?? UUID().uuidString).filter { $0 != "-" } }
        return Credentials(
            accessKeyID: "ASIAMARTLETFUNCTIONS", secretAccessKey: secret(), sessionToken: secret() + secret())
    }
}

extension EmulatorReporting {
    fileprivate var consoleFormat: ConsoleLogSink.Format { logs == .json ? .json : .text(prefixed: false) }
}
