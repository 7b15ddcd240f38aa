// SPDX-License-Identifier: Apache-2.0
import AWSWire
import EventLoop
import Foundation
import LambdaService
import Logging
import S3Service
import SNSService
import SQSService
import ServiceProtocols
import Store

/// The services of one life of the emulator, with what a template would have made in them.
struct SimulatedServices: Sendable {
    static let account = "000000000000"
    static let region = "us-east-1"
    static let bucket = "pictures"
    static let outcomes = "outcomes"

    let lambda: LambdaService
    let s3: S3Service
    let sns: SNSService
    let sqs: SQSService
    let topic: String

    static func start(
        _ world: World, _ loop: EventLoop, clock: LifeClock, store: Store, signer: NotificationSigner, folder: URL
    ) async throws -> SimulatedServices {
        let ids = RequestIDs(seed: world.number())
        let environment = ServiceEnvironment(
            account: account, region: region, clock: clock, makeID: { ids.next() })
        var options = LambdaService.Options(codeDirectory: folder.path, seed: world.number())
        options.environments = World.environments
        options.model = world
        let lambda = LambdaService(
            loop: loop, environment: environment, options: options, queue: try SQLiteEventQueue(store: store))
        let log = Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() }
        let s3 = try await S3Service.open(
            environment: environment, loop: loop, store: store, objects: folder.appending(path: "objects"),
            access: S3Access { _ in nil }, invoking: lambda, log: log)
        let sqs = try await SQSService.open(
            environment: environment, loop: loop, store: store, endpoint: "http://127.0.0.1")
        let sns = SNSService(
            environment: environment, loop: loop, lambda: lambda, signer: signer, endpoint: { "http://127.0.0.1" })
        await lambda.connect(DeliveryServices(queues: sqs, topics: sns, objects: s3))
        let services = SimulatedServices(
            lambda: lambda, s3: s3, sns: sns, sqs: sqs, topic: try await sns.addTopic(name: "news"))
        try await services.deploy(world)
        try await lambda.start()
        await s3.resume()
        return services
    }

    /// As a template would: anew at each start.
    private func deploy(_ world: World) async throws {
        let queue = "arn:aws:sqs:\(Self.region):\(Self.account):\(Self.outcomes)"
        try await sqs.deploy(Self.outcomes, attributes: ["VisibilityTimeout": "\(World.visibility)"])
        for (index, function) in World.functions.enumerated() {
            let code = FunctionCode(folder: "/", sha256: "", size: 0)
            try await lambda.createFunction(FunctionConfiguration(name: function.name, code: code))
            try await lambda.reserveConcurrency(world.reserved[index], of: function.name)
            try await lambda.configureEvents(
                of: "\(function.name):$LATEST",
                EventInvokeConfiguration(
                    maximumRetryAttempts: function.retries, maximumEventAgeSeconds: function.age,
                    onSuccess: queue, onFailure: queue))
            for principal in ["s3.amazonaws.com", "sns.amazonaws.com"] {
                try await lambda.addPermission(
                    FunctionPermission(
                        statementID: String(principal.prefix { $0 != "." }), action: "lambda:InvokeFunction",
                        principal: principal),
                    to: function.name)
            }
        }
        try await s3.createBucket(Self.bucket)
        try await s3.setNotifications(
            [NotificationRule(id: "new", function: arn(World.fromBucket), events: ["s3:ObjectCreated:*"])],
            of: Self.bucket)
        try await sns.subscribe(
            topic: topic, function: arn(World.fromTopicFiltered), filter: try FilterPolicy(#"{"kind":["a"]}"#))
        try await sns.subscribe(topic: topic, function: arn(World.fromTopic))
    }

    private func arn(_ function: Int) -> String {
        "arn:aws:lambda:\(Self.region):\(Self.account):function:\(World.functions[function].name)"
    }

    func stop() async {
        await lambda.stop()
        await sqs.stop()
        await sns.stop()
        await s3.stop()
    }
}
