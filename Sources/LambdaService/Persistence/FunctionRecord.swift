// SPDX-License-Identifier: Apache-2.0
import Foundation
import JSON

/// A function as it is kept: everything that makes it again after a restart.
///
/// What is added to it later is optional, so that what an older build has kept can still be read.
struct FunctionRecord: Codable {
    struct Version: Codable {
        var version: String
        var modified: Int64
        var revisionID: String
        /// A ``FunctionConfiguration``; members that it does not have are those of a new one.
        var configuration: JSONValue
    }

    struct Permission: Codable {
        /// The version or alias that it is for; nil for the function.
        var qualifier: String?
        var permission: FunctionPermission
        /// The ARN that it was added to.
        var resource: String
    }

    struct URL: Codable {
        /// The alias that it is for; nil for the function.
        var qualifier: String?
        var url: FunctionURL
    }

    var latest: Version
    var published: [Version]
    var aliases: [FunctionAlias]
    var lastNumber: Int
    var reservedConcurrency: Int?
    var provisioned: [String: ProvisionedConcurrency]?
    var tags: [String: String]?
    var policies: [Permission]?
    var eventInvoke: [String: EventInvokeConfiguration]?
    var recursiveLoop: RecursiveLoop?
    var urls: [URL]?
}

extension FunctionRecord {
    init(_ function: FunctionRegistry.Function, code folder: CodeFolder) throws {
        latest = try Version(function.latest, folder)
        published = try function.published.map { try Version($0, folder) }
        aliases = function.aliases.values.sorted { $0.name < $1.name }
        lastNumber = function.lastNumber
        reservedConcurrency = function.reservedConcurrency
        provisioned = function.provisioned
        tags = function.tags
        eventInvoke = function.eventInvoke
        recursiveLoop = function.recursiveLoop
        urls = function.urls.map { URL(qualifier: $0.key, url: $0.value) }
        policies = function.policies.flatMap { qualifier, policy in
            policy.statements.map {
                Permission(qualifier: qualifier, permission: $0.permission, resource: $0.resource)
            }
        }
    }
}

extension FunctionRecord.Version {
    fileprivate init(_ version: FunctionVersion, _ folder: CodeFolder) throws {
        var configuration = version.configuration
        configuration.code = folder.relative(configuration.code)
        configuration.layers = configuration.layers.map(folder.relative)
        self.init(
            version: version.version, modified: version.modified, revisionID: version.revisionID,
            configuration: try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(configuration)))
    }

    /// - Throws: `DecodingError` for what is no configuration.
    func configuration(in folder: CodeFolder) throws -> FunctionConfiguration {
        let new = FunctionConfiguration(name: "", code: FunctionCode(folder: "", sha256: "", size: 0))
        let defaults = try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(new))
        let whole = try JSONEncoder().encode(defaults.overlaid(with: configuration))
        var configuration = try JSONDecoder().decode(FunctionConfiguration.self, from: whole)
        configuration.code = folder.absolute(configuration.code)
        configuration.layers = configuration.layers.map(folder.absolute)
        return configuration
    }
}

/// The folder with unpacked code: what is kept does not say where that is, so that it can be moved.
struct CodeFolder {
    let path: String

    func relative(_ code: FunctionCode) -> FunctionCode {
        changed(code, relative)
    }

    func absolute(_ code: FunctionCode) -> FunctionCode {
        changed(code, absolute)
    }

    func relative(_ layer: FunctionLayer) -> FunctionLayer {
        var layer = layer
        layer.folder = relative(layer.folder)
        return layer
    }

    func absolute(_ layer: FunctionLayer) -> FunctionLayer {
        var layer = layer
        layer.folder = absolute(layer.folder)
        return layer
    }

    private func changed(_ code: FunctionCode, _ change: (String) -> String) -> FunctionCode {
        var code = code
        code.folder = change(code.folder)
        code.archive = code.archive.map(change)
        code.optFolder = code.optFolder.map(change)
        return code
    }

    private func relative(_ path: String) -> String {
        path.hasPrefix("\(self.path)/") ? String(path.dropFirst(self.path.count + 1)) : path
    }

    private func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : "\(self.path)/\(path)"
    }
}

extension JSONValue {
    /// The value with the members of another in place of its own, object by object.
    fileprivate func overlaid(with other: JSONValue) -> JSONValue {
        guard case .object(let own) = self, case .object(let members) = other else { return other }
        // What has members of its own choosing is taken whole.
        return .object(own.merging(members) { $0.isRecord ? $0.overlaid(with: $1) : $1 })
    }

    /// Whether it is an object with members; maps are empty in a new configuration.
    private var isRecord: Bool {
        if case .object(let members) = self { !members.isEmpty } else { false }
    }
}
