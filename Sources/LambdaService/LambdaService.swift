// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
public import EventLoop
import Randomness
public import ServiceProtocols

/// AWS Lambda: functions, versions and aliases, and the execution environments that run them.
///
/// It answers the Lambda API as an ``HTTPHandler`` and other services as ``Invoking``. Make it, ``start()`` it, add
/// functions, and ``stop()`` it before its loop ends.
public actor LambdaService {
    /// What may differ from one emulator to the next.
    public struct Options: Sendable {
        /// How many execution environments, that is function processes, may live at once; what finds none waits.
        public var environments = 64
        /// How many invocations may wait or run at once; more are throttled.
        public var concurrency = LambdaLimits.accountConcurrency
        /// How long the init phase may take.
        public var initLimit = LambdaLimits.initialization
        /// Whether the processes of idle environments are stopped, as AWS freezes them.
        public var freezes = true
        /// After how long an idle environment is ended; nil for never.
        public var idleLimit: Duration? = .seconds(600)
        /// Where environments have folders of their own that stand for `/tmp`; nil lets them share the machine's.
        ///
        /// It must be there, and empty.
        public var temporaryDirectory: String?
        /// The emulator's edge, which functions are given as `AWS_ENDPOINT_URL`.
        public var endpointURL: String?
        /// What runs functions of managed runtimes.
        public var runtimeClients = RuntimeClients()
        /// Puts sandboxes around functions; nil for none.
        public var isolation: Isolation?
        /// What functions sign their calls with.
        public var credentials = FunctionCredentials()
        /// Variables that all functions' processes get besides; their own go before them.
        public var variables: [String: String] = [:]
        /// How fast streamed results go to their callers; AWS caps them after the first 6 MB.
        var pacing = ResponsePacing()
        /// How long a streamed result may be, in bytes.
        var streamedResponseLimit = LambdaLimits.streamedResponse
        /// Where code that is uploaded is unpacked.
        public var codeDirectory: String
        /// Stands in for function processes, in simulations; nil for real ones.
        public var model: (any FunctionModel)?
        /// Makes runs repeatable: trace ids, log stream names and the choice between an alias's versions come from it.
        public var seed: UInt64

        /// - Parameter codeDirectory: is made when the first function is uploaded.
        public init(codeDirectory: String, seed: UInt64 = .random(in: .min ... .max)) {
            self.codeDirectory = codeDirectory
            self.seed = seed
        }
    }

    nonisolated let loop: EventLoop
    nonisolated let environment: ServiceEnvironment
    nonisolated let options: Options
    var registry: FunctionRegistry
    var layers: LayerRegistry
    let functionStore: FunctionStore?
    /// How many requests store what they have changed.
    var savesUnderWay = 0
    var random: RandomBits
    /// What a function URL leads to, by its id; of those that are gone too.
    var urlOwners: [String: FunctionName] = [:]
    let pool: any FunctionExecution
    /// The pool, where functions run in processes; nil in simulations.
    let processes: ExecutionPool?
    let asynchronous: AsyncInvoker
    /// Where code may be that requests name.
    var objects: (any ObjectStoring)?
    /// Where outcomes of asynchronous events go; nil until it is connected.
    var delivery: DeliveryServices?
    let observers: [any InvocationObserver]
    /// Hears of what the service cannot tell any caller.
    let report: @Sendable (String) -> Void

    /// The loop.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - queue: keeps asynchronous events.
    ///   - logs: where functions' logs go.
    ///   - observers: hear of each attempt.
    ///   - functions: keeps functions and layers that are made through the API; without it they go with the service.
    ///   - report: hears, in plain words, of events that were given up and of failures of the queue.
    public init(
        loop: EventLoop, environment: ServiceEnvironment, options: Options, queue: any AsyncEventQueue,
        functions: FunctionStore? = nil, logs: [any LambdaLogSink] = [], observers: [any InvocationObserver] = [],
        report: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.loop = loop
        self.environment = environment
        self.options = options
        self.report = report
        self.observers = observers
        registry = FunctionRegistry(
            account: environment.account, region: environment.region, makeID: environment.makeID)
        layers = LayerRegistry(account: environment.account, region: environment.region)
        functionStore = functions
        random = RandomBits(seed: options.seed)
        var pool = ExecutionPool.Options()
        pool.limits = .init(concurrency: options.concurrency, environments: options.environments)
        pool.initLimit = options.initLimit
        if !options.freezes { pool.upkeep.freezeAfter = nil }
        pool.upkeep.idleLimit = options.idleLimit.map { Int64($0 / .nanoseconds(1)) }
        pool.temporaryDirectory = options.temporaryDirectory
        pool.clients = options.runtimeClients
        pool.isolation = options.isolation
        pool.endpointURL = options.endpointURL
        pool.credentials = options.credentials
        pool.pacing = options.pacing
        pool.streamedResponseLimit = options.streamedResponseLimit
        pool.chaos = environment.chaosPoints
        pool.turns = environment.turns
        if pool.turns != nil { pool.upkeep.idleLimit = nil }
        pool.variables = options.variables
        if let model = options.model {
            self.pool = ModelledPool(loop: loop, clock: environment.clock, model: model, limits: pool.limits)
            processes = nil
        } else {
            let processes = ExecutionPool(
                loop: loop, options: pool, log: FunctionLog(sinks: logs, clock: environment.clock),
                region: environment.region, observers: observers, seed: options.seed &+ 1, report: report)
            self.pool = processes
            self.processes = processes
        }
        asynchronous = AsyncInvoker(loop: loop, clock: environment.clock, queue: queue, report: report)
    }

    /// Brings back the functions that an earlier process made through the API, and runs what it accepted and did not
    /// finish.
    ///
    /// Call it when the functions of the template are there.
    ///
    /// - Throws: the queue's error, or the store's.
    public func start() async throws {
        try await restoreFunctions()
        try await asynchronous.start(for: self)
    }

    /// Ends all function processes.
    ///
    /// Invocations that run or wait are given up; queued events stay queued.
    public func stop() async {
        await asynchronous.stop()
        await pool.stop()
    }

    /// Whether a function process has something to do; ask on the loop.
    public nonisolated var isBusy: Bool { pool.isBusy }

    /// The environment whose process does something, where those outside take turns; nil for none; ask on the loop.
    public nonisolated var environmentAtWork: Int? { processes?.atWork }

    var now: Int64 { environment.clock.now.milliseconds }
}

// MARK: Functions

extension LambdaService {
    /// Adds a function whose code is a folder with a `bootstrap`, and which the next start makes anew.
    ///
    /// - Parameter layers: the ARNs of layer versions, each laid over those before it.
    /// - Throws: the error that CreateFunction answers with.
    @discardableResult
    public func createFunction(
        _ configuration: FunctionConfiguration, tags: [String: String] = [:], layers: [String] = []
    ) async throws(ServiceError) -> FunctionVersion {
        do throws(AWSError) {
            var configuration = configuration
            configuration.layers = try self.layers.resolve(layers)
            if !layers.isEmpty { configuration.code.optFolder = try await optFolder(of: configuration.layers) }
            return try registry.create(configuration, tags: tags, isOfTemplate: true, now: now)
        } catch {
            throw ServiceError(error)
        }
    }

    /// Publishes what `$LATEST` is now.
    ///
    /// - Throws: the error that PublishVersion answers with.
    @discardableResult
    public func publishVersion(
        of function: String, description: String? = nil
    ) throws(ServiceError) -> FunctionVersion {
        do throws(AWSError) {
            return try registry.publish(function, description: description, now: now)
        } catch {
            throw ServiceError(error)
        }
    }

    /// Adds an alias for a version, or for two.
    ///
    /// - Parameter weights: at most one further version, and the share of the calls that it gets.
    /// - Throws: the error that CreateAlias answers with.
    @discardableResult
    public func createAlias(
        _ alias: String, of function: String, version: String, description: String = "",
        weights: [String: Double] = [:]
    ) throws(ServiceError) -> FunctionAlias {
        do throws(AWSError) {
            return try registry.createAlias(
                alias, of: function, version: version, description: description, weights: weights)
        } catch {
            throw ServiceError(error)
        }
    }

    /// Whether there is a function, with that version or alias.
    public func exists(_ function: String, qualifier: String? = nil) -> Bool {
        (try? registry.resolve(function, qualifier: qualifier) { 0 }) != nil
    }

    /// The names of all functions, in order.
    public var functionNames: [String] { registry.functions.keys.sorted() }
}

extension ServiceError {
    init(_ error: AWSError) {
        self.init(code: error.code, message: error.message, status: error.status)
    }
}
