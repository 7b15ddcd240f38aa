// SPDX-License-Identifier: Apache-2.0
import AWSWire
import EventLoop
import Foundation

/// What outlives the emulator: functions and layers that were made through the API, with all that belongs to them.
///
/// Those of a template are made anew at each start.
extension LambdaService {
    /// Stores what a request has changed; returns when it is durable.
    ///
    /// - Throws: the error that the request answers with when it cannot be stored.
    func saveChanges() async throws(AWSError) {
        let (functions, layers) = (registry.changed, layers.changed)
        // Another request may be storing what this one has changed: that is waited for too.
        guard !functions.isEmpty || !layers.isEmpty || savesUnderWay > 0 else { return }
        registry.changed = []
        self.layers.changed = []
        guard let store = functionStore else { return }
        savesUnderWay += 1
        defer { savesUnderWay -= 1 }
        do {
            // Writes are committed in their order, one of nothing too.
            try await store.save(functions.compactMap(change(ofFunction:)) + layers.map(change(ofLayer:)))
        } catch {
            registry.changed.formUnion(functions)
            self.layers.changed.formUnion(layers)
            report("functions could not be stored: \(error)")
            throw .service("The change could not be stored.")
        }
    }

    private func change(ofFunction name: String) throws -> FunctionStore.Change? {
        guard let function = registry.functions[name] else {
            return FunctionStore.Change(kind: .function, name: name, document: nil)
        }
        guard !function.isOfTemplate else { return nil }
        let document = try JSONEncoder().encode(FunctionRecord(function, code: codeFolder))
        return FunctionStore.Change(kind: .function, name: name, document: document)
    }

    private func change(ofLayer name: String) throws -> FunctionStore.Change {
        var layer = layers.layers[name]
        let made = layer?.versions.filter { !$0.isOfTemplate } ?? []
        layer?.versions = made.map {
            var version = $0
            version.code = codeFolder.relative(version.code)
            return version
        }
        return FunctionStore.Change(
            kind: .layer, name: name, document: try layer.map { try JSONEncoder().encode($0) })
    }

    /// Brings back the layers that an earlier process stored.
    ///
    /// Call it before functions are made, which may use them.
    ///
    /// - Throws: the database's error, or `DecodingError` for what another version of the emulator stored.
    public func restoreLayers() async throws {
        guard let store = functionStore else { return }
        for (name, document) in try await store.load(.layer) {
            var layer = try JSONDecoder().decode(LayerRegistry.Layer.self, from: document)
            for index in layer.versions.indices {
                layer.versions[index].code = codeFolder.absolute(layer.versions[index].code)
            }
            layers.restore(layer, name: name)
        }
    }

    /// Brings back the functions that an earlier process stored, and removes code that nothing uses any more.
    ///
    /// What a template has made wins over what is stored under its name.
    ///
    /// - Throws: the database's error, or `DecodingError` for what another version of the emulator stored.
    func restoreFunctions() async throws {
        guard let store = functionStore else { return }
        for (name, document) in try await store.load(.function).sorted(by: { $0.key < $1.key }) {
            let record = try JSONDecoder().decode(FunctionRecord.self, from: document)
            guard try await restore(record, named: name, in: codeFolder) else { continue }
            await reprovision(name)
        }
        registry.changed = []
        let garbage = CodeGarbage(folder: codeFolder, used: usedCode)
        try? await loop.offload { garbage.remove() }
    }

    /// Makes a function that was recorded.
    ///
    /// - Returns: false when there is one of that name.
    func restore(_ record: FunctionRecord, named name: String, in folder: CodeFolder) async throws -> Bool {
        guard let function = try registry.restore(record, in: folder) else { return false }
        if let reserved = function.reservedConcurrency { await pool.reserve(reserved, for: function.id) }
        for (qualifier, url) in function.urls { urlOwners[url.id] = try registry.name(name, qualifier: qualifier) }
        return true
    }

    var codeFolder: CodeFolder { CodeFolder(path: options.codeDirectory) }

    private var usedCode: Set<String> {
        let versions = registry.functions.values.flatMap { [$0.latest] + $0.published }.map(\.configuration)
        let code = versions.map(\.code) + layers.layers.values.flatMap(\.versions).map(\.code)
        return Set(code.flatMap { [$0.folder, $0.archive, $0.optFolder].compactMap { $0 } })
            .union(versions.flatMap(\.layers).map(\.folder))
    }
}
