// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Foundation
import HTTPServer

/// The operations that change functions.
extension LambdaService {
    func createFunction(_ request: HTTPRequest) async throws(AWSError) -> [UInt8] {
        let body = try await body(
            CreateFunctionRequest.self, of: request, "CreateFunction", unsupported: CreateFunctionRequest.unsupported)
        var configuration = try configuration(of: body)
        guard registry.functions[configuration.name] == nil else {
            throw .resourceConflict("Function already exist: \(configuration.name)")
        }
        try await requireClient(for: configuration.runtime)
        configuration.layers = try layers.resolve(body.configuration.Layers ?? [])
        configuration.code = try await code(body.Code?.source)
        configuration.code.optFolder = try await optFolder(of: configuration.layers)
        try configuration.checkSize()
        // Another request may have made it while this one unpacked: then this throws.
        var version = try registry.create(configuration, tags: body.Tags ?? [:], now: now)
        if body.Publish == true { version = try registry.publish(configuration.name, now: now) }
        return version.document(.creating, revisionID: registry.makeRevisionID())
    }

    /// What CreateFunction asks for, without the code.
    private func configuration(of body: CreateFunctionRequest) throws(AWSError) -> FunctionConfiguration {
        let members = body.configuration
        var violations = ConstraintViolations()
        violations.requirePresence(body.FunctionName != nil, of: "functionName")
        violations.requirePresence(members.Role != nil, of: "role")
        violations.requirePresence(body.Code != nil, of: "code")
        if let type = body.PackageType { violations.require(type, oneOf: ["Image", "Zip"], at: "packageType") }
        guard let text = body.FunctionName else { throw violations.error }
        // A name alone is checked with the configuration.
        let name = text.contains(":") ? try registry.name(text).name : text
        let configuration = try members.applied(
            to: FunctionConfiguration(name: name, code: FunctionCode(folder: "", sha256: "", size: 0)),
            noting: violations)
        guard body.PackageType != "Image", body.Code?.ImageUri == nil else {
            throw .invalidParameter("PackageType Image is not supported by this emulator.")
        }
        try Architecture.check(body.Architectures)
        guard members.Runtime != nil, members.Handler != nil else {
            throw .invalidParameter(
                "Runtime and Handler are mandatory parameters for functions created with deployment packages.")
        }
        try configuration.validate()
        try FunctionRegistry.check(tags: body.Tags ?? [:])
        return configuration
    }

    func updateCode(of text: String, _ request: HTTPRequest) async throws(AWSError) -> [UInt8] {
        let name = try registry.name(text).name
        _ = try registry.function(name)
        let body = try await body(
            UpdateFunctionCodeRequest.self, of: request, "UpdateFunctionCode",
            unsupported: UpdateFunctionCodeRequest.unsupported)
        try Architecture.check(body.Architectures)
        try check(revision: body.RevisionId, of: name)
        let code = try await code(body.code.source)
        // Another request may have changed it while this one unpacked.
        try check(revision: body.RevisionId, of: name)
        let preview = try registry.preview(name) { $0.replaceCode(code) }
        try preview.configuration.checkSize()
        if body.DryRun == true { return preview.document() }
        let updated = try await update(name) { $0.replaceCode(code) }
        guard body.Publish == true else {
            return updated.document(.updating, revisionID: registry.makeRevisionID())
        }
        let version = try registry.publish(name, now: now)
        return version.document(arn: version.qualifiedARN)
    }

    func updateConfiguration(of text: String, _ request: HTTPRequest) async throws(AWSError) -> [UInt8] {
        let name = try registry.name(text).name
        _ = try registry.function(name)
        let body = try await body(
            UpdateFunctionConfigurationRequest.self, of: request, "UpdateFunctionConfiguration",
            unsupported: ConfigurationMembers.unsupported)
        if let runtime = body.configuration.Runtime { try await requireClient(for: .init(named: runtime)) }
        let named = try body.configuration.Layers.map { arns throws(AWSError) in
            try layers.resolve(arns, kept: registry.function(name).latest.configuration.layers)
        }
        let folder = try await optFolder(of: named ?? [])
        // Another request may have changed it while this one merged layers.
        try check(revision: body.RevisionId, of: name)
        var configuration = try body.configuration.applied(to: registry.function(name).latest.configuration)
        if let named {
            configuration.layers = named
            configuration.code.optFolder = folder
        }
        try configuration.checkSize()
        let updated = try await update(name) { $0 = configuration }
        return updated.document(.updating, revisionID: registry.makeRevisionID())
    }

    func publishVersion(of text: String, _ request: HTTPRequest) async throws(AWSError) -> [UInt8] {
        let body = try await body(
            PublishVersionRequest.self, of: request, "PublishVersion", unsupported: PublishVersionRequest.unsupported)
        let name = try registry.name(text).name
        var violations = ConstraintViolations()
        if let description = body.Description {
            violations.require(description, atMost: LambdaLimits.description, at: "description")
        }
        try violations.check()
        try check(revision: body.RevisionId, of: name)
        let version = try registry.publish(
            name, description: body.Description, codeSHA256: body.CodeSha256, now: now)
        return version.document(arn: version.qualifiedARN)
    }

    func deleteFunction(_ name: FunctionName) async throws(AWSError) {
        let gone = try registry.delete(name)
        for version in gone { await pool.retire(version, successor: nil) }
        if name.qualifier == nil, let function = gone.first?.functionID { await pool.delete(function: function) }
        registry.forgetProvisionedForNothing(name.name)
    }

    /// Gives `$LATEST` new code or configuration: what runs ends as it began, what waits runs with the new.
    func update(
        _ name: String, _ body: (inout FunctionConfiguration) -> Void
    ) async throws(AWSError) -> FunctionVersion {
        let (old, new) = try registry.update(name, now: now, body)
        await pool.retire(old, successor: new)
        return new
    }

    private func check(revision: String?, of name: String) throws(AWSError) {
        try FunctionRegistry.check(revision: revision, against: registry.function(name).latest.revisionID)
    }
}
