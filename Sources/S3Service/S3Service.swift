// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
public import EventLoop
public import Foundation
import HTTP1
import HTTPServer
public import Logging
public import ServiceProtocols
public import Store

/// Amazon S3: buckets, objects, multipart uploads, and notifications to functions, as the AWS CLI and SDKs speak it.
///
/// Metadata lives in the store, bodies in files. A change is acknowledged after it is committed, together with the
/// events that it causes.
public actor S3Service {
    let environment: ServiceEnvironment
    let loop: EventLoop
    let store: Store
    let files: ObjectFiles
    let access: S3Access
    let invoking: any Invoking
    let delivery: NotificationDelivery
    let log: Logger
    /// All buckets by name.
    ///
    /// The store's table is changed first, and decides where the two could differ.
    var buckets: [String: Bucket]
    private var unused: [String] = []

    /// The loop: the service lives on it, and the store and the disk are used off it.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private init(
        environment: ServiceEnvironment, loop: EventLoop, store: Store, files: ObjectFiles, access: S3Access,
        invoking: any Invoking, log: Logger, buckets: [Bucket]
    ) {
        self.environment = environment
        self.loop = loop
        self.store = store
        self.files = files
        self.access = access
        self.invoking = invoking
        self.log = log
        self.buckets = Dictionary(uniqueKeysWithValues: buckets.map { ($0.name, $0) })
        delivery = NotificationDelivery(
            loop: loop, store: store, invoking: invoking, environment: environment, log: log)
    }

    /// Opens S3 as an earlier run left it.
    ///
    /// - Parameters:
    ///   - objects: the folder for the bodies; it belongs to the service alone.
    ///   - durability: the store's.
    ///   - access: whose requests are answered.
    ///   - invoking: where notifications go.
    /// - Throws: the store's or the file system's error.
    public static func open(
        environment: ServiceEnvironment, loop: EventLoop, store: Store, objects: URL,
        durability: Store.Durability = .process, access: S3Access, invoking: any Invoking,
        log: Logger = Logger(label: "martlet.s3")
    ) async throws -> S3Service {
        try S3Tables.migrate(store)
        let files = try ObjectFiles(directory: objects, syncs: durability == .disk)
        let buckets = try await store.read { db in try S3Tables.buckets(db) }
        return S3Service(
            environment: environment, loop: loop, store: store, files: files, access: access, invoking: invoking,
            log: log, buckets: buckets)
    }

    /// Goes on with what an earlier run left: delivers its notifications, and removes files that no object has.
    ///
    /// Call it when functions can be invoked.
    public func resume() async {
        await delivery.recover()
        do {
            try await store.read { [files] db in
                try files.sweep { name in try S3Tables.isReferenced(file: name, db) }
            }
        } catch {
            log.warning("cannot remove unused files", metadata: ["error": "\(error)"])
        }
    }

    /// Stops delivering notifications.
    ///
    /// What was not delivered stays stored.
    public func stop() async {
        await delivery.stop()
    }

    /// The bucket of that name.
    ///
    /// - Throws: `NoSuchBucket`.
    func bucket(_ name: String) throws(AWSError) -> Bucket {
        guard let bucket = buckets[name] else { throw S3Error.noSuchBucket(name) }
        return bucket
    }

    /// Removes files that nothing refers to any more, some time soon.
    func discard(_ names: [String]) {
        let names = names.filter { !$0.isEmpty }
        guard !names.isEmpty else { return }
        let isIdle = unused.isEmpty
        unused.append(contentsOf: names)
        if isIdle { loop.spawn { await self.removeUnused() } }
    }

    private func removeUnused() async {
        while !unused.isEmpty {
            let batch = unused
            // A file that cannot be removed is swept at the next start.
            try? await loop.offload { [files] in files.remove(batch) }
            unused.removeFirst(batch.count)
        }
    }
}
