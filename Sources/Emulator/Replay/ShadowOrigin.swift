// SPDX-License-Identifier: Apache-2.0
import CloudFormation
import EventLoop
import Foundation
import LambdaService
import Store

/// An emulator as others are copied from it.
final class ShadowOrigin: Sendable {
    /// What waits in services for its time, and functions.
    ///
    /// The former has its effect in the emulator that it waits in, not in a copy; the latter come by another way.
    private static let tablesLeftOut = ["lambda_event", "s3_event", "sagemaker_async", "lambda_resource"]

    let options: EmulatorOptions
    let endpoint: String
    let store: Store
    /// Where S3 keeps the bodies of objects.
    let objects: URL
    let lambda: LambdaService

    init(options: EmulatorOptions, endpoint: String, store: Store, objects: URL, lambda: LambdaService) {
        self.options = options
        self.endpoint = endpoint
        self.store = store
        self.objects = objects
        self.lambda = lambda
    }

    /// A copy of the database, in memory.
    func copiedStore(on loop: EventLoop) async throws -> Store {
        let copy = try await loop.offload { [store] in try store.copy() }
        try await copy.write { db in
            for table in ShadowOrigin.tablesLeftOut { try db.run("DELETE FROM \(table)") }
        }
        return copy
    }

    /// Gives the bodies of all objects a second name: they never change once they have one.
    func linkObjects(into folder: URL, on loop: EventLoop) async throws {
        try await loop.offload { [objects] in
            let files = FileManager.default
            for name in try files.subpathsOfDirectory(atPath: objects.path) where !name.hasPrefix("incoming") {
                let (from, to) = (objects.appending(path: name), folder.appending(path: name))
                var isFolder: ObjCBool = false
                guard files.fileExists(atPath: from.path, isDirectory: &isFolder) else { continue }
                if isFolder.boolValue {
                    try files.createDirectory(at: to, withIntermediateDirectories: true)
                } else if (try? files.linkItem(at: from, to: to)) == nil, files.fileExists(atPath: from.path) {
                    // Another file system.
                    try files.copyItem(at: from, to: to)
                }
            }
        }
    }
}

extension Application {
    /// What a copy makes anew: functions come with their versions and aliases from the emulator that is copied.
    var withoutFunctions: Application {
        var application = self
        application.functions = []
        application.versions = []
        application.aliases = []
        application.functionURLs = []
        application.layers = []
        application.permissions = []
        application.eventInvokeConfigs = []
        return application
    }
}
