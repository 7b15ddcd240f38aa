// SPDX-License-Identifier: Apache-2.0
import CloudFormation
import LambdaService
import ServiceProtocols

/// Functions that change while the emulator runs.
extension Deployment {
    /// Whether a function runs some code already.
    func runs(_ code: FunctionCode, as function: FunctionResource) async -> Bool {
        await services.lambda.codeSHA256(of: function.functionName) == code.sha256
    }

    /// Gives a function new code.
    ///
    /// - Returns: the version that its alias points to now; nil without an alias.
    func replaceCode(of function: FunctionResource, with code: FunctionCode) async throws -> String? {
        do throws(ServiceError) {
            return try await services.lambda.replaceCode(
                of: function.functionName, with: code, publishing: application.soleAlias(of: function))
        } catch {
            throw EmulatorError("\(function.logicalID): \(error.message)")
        }
    }

    /// Gives a function the code and the configuration that the template has for it now.
    func redeploy(_ function: FunctionResource, _ code: FunctionCode) async throws {
        let runtime = try await runtime(of: function)
        do throws(ServiceError) {
            let lambda = services.lambda
            try await lambda.reserveConcurrency(function.reservedConcurrency, of: function.functionName)
            try await lambda.setRecursiveLoop(
                function.recursiveLoop.flatMap(RecursiveLoop.init(rawValue:)) ?? .terminate, of: function.functionName)
            try await lambda.reconfigure(
                FunctionConfiguration(function, runtime: runtime, code: code), layers: function.layers,
                publishing: application.soleAlias(of: function))
        } catch {
            throw EmulatorError("\(function.logicalID): \(error.message)")
        }
    }

    /// Adds a function that was not there when the emulator started, with what belongs to it in an application.
    func add(_ function: FunctionResource, of application: Application) async throws {
        try await deploy(function)
        for version in application.versions where version.functionName == function.functionName {
            try await deploy(version)
        }
        for alias in application.aliases where alias.functionName == function.functionName { try await deploy(alias) }
        for permission in application.permissions where permission.isAbout(function) { try await deploy(permission) }
    }
}
