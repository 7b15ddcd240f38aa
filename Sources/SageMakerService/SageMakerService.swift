// SPDX-License-Identifier: Apache-2.0
import AWSWire
public import EventLoop
import HTTPClient
public import Logging
public import ServiceProtocols
public import Store

/// The SageMaker runtime: endpoints whose models are processes of this machine, asked synchronously or through a queue.
public actor SageMakerService {
    /// An endpoint with what serves it.
    struct Running {
        let endpoint: Endpoint
        let model: any Model
        let worker: AsyncWorker?
    }

    let context: SageMakerContext
    let endpoints: [String: Running]
    private let client: HTTPClient

    /// The loop: the service lives on it, as the models' processes do.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { context.loop.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - endpoints: their names differ.
    ///   - objects: where inputs come from and results go.
    ///   - publishing: where notifications go.
    /// - Throws: the store's error.
    public init(
        environment: ServiceEnvironment, loop: EventLoop, store: Store, endpoints: [Endpoint],
        objects: any ObjectStoring, publishing: any Publishing, log: Logger = Logger(label: "martlet.sagemaker")
    ) throws {
        let context = SageMakerContext(
            environment: environment, loop: loop, store: store, objects: objects, publishing: publishing, log: log)
        try self.init(context: context, endpoints: endpoints) { endpoint, client in
            var log = log
            log[metadataKey: "endpoint"] = "\(endpoint.name)"
            return ModelProcess(loop: loop, model: endpoint.model, client: client, log: log)
        }
    }

    /// - Parameter makeModel: what serves an endpoint.
    init(
        context: SageMakerContext, endpoints: [Endpoint], makeModel: (Endpoint, HTTPClient) -> any Model
    ) throws {
        try AsyncQueueTable.migrate(context.store)
        let client = HTTPClient(loop: context.loop)
        self.context = context
        self.client = client
        var running: [String: Running] = [:]
        for endpoint in endpoints {
            let model = SpoiledModel(
                model: makeModel(endpoint, client), endpoint: endpoint.name, environment: context.environment)
            let worker = endpoint.asyncInference.map {
                AsyncWorker(endpoint: endpoint, configuration: $0, context: context, model: model)
            }
            running[endpoint.name] = Running(endpoint: endpoint, model: model, worker: worker)
        }
        self.endpoints = running
    }

    /// Starts the models, without waiting for them, and takes up the requests that an earlier run left.
    public func start() async {
        for (_, running) in endpoints.sorted(by: { $0.key < $1.key }) {
            await running.model.start()
            await running.worker?.recover()
        }
    }

    /// Whether a model is asked something; ask on the loop.
    public nonisolated var isBusy: Bool { endpoints.values.contains { $0.model.isBusy } }

    /// Ends the models.
    ///
    /// Requests that were not done stay stored for the next run.
    public func stop() async {
        for running in endpoints.values { await running.worker?.prepareToStop() }
        for running in endpoints.values {
            await running.model.stop()
            await running.worker?.stop()
        }
        await client.close()
    }
}
