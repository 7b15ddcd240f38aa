// SPDX-License-Identifier: Apache-2.0
import AWSWire
public import ServiceProtocols

/// Functions of a template that change while the service runs: what runs ends as it began, what waits, and what comes,
/// runs with the new.
extension LambdaService {
    /// The digest of the code that a function's `$LATEST` runs; nil for a function that is not there.
    public func codeSHA256(of function: String) -> String? {
        registry.functions[function]?.latest.configuration.code.sha256
    }

    /// Gives a function other code.
    ///
    /// - Parameter alias: is made to point to a version that is published with the code; nil for none.
    /// - Returns: this version.
    /// - Throws: the error that UpdateFunctionCode answers with.
    @discardableResult
    public func replaceCode(
        of function: String, with code: FunctionCode, publishing alias: String?
    ) async throws(ServiceError) -> String? {
        do throws(AWSError) {
            return try await redeploy(function, publishing: alias) { $0.replaceCode(code) }
        } catch {
            throw ServiceError(error)
        }
    }

    /// Gives a function other code and another configuration.
    ///
    /// - Parameters:
    ///   - layers: the ARNs of layer versions, each laid over those before it.
    ///   - alias: is made to point to a version that is published with both; nil for none.
    /// - Returns: this version.
    /// - Throws: the error that UpdateFunctionConfiguration answers with.
    @discardableResult
    public func reconfigure(
        _ configuration: FunctionConfiguration, layers: [String], publishing alias: String?
    ) async throws(ServiceError) -> String? {
        do throws(AWSError) {
            var configuration = configuration
            configuration.layers = try self.layers.resolve(layers)
            if !layers.isEmpty { configuration.code.optFolder = try await optFolder(of: configuration.layers) }
            let new = configuration
            return try await redeploy(configuration.name, publishing: alias) { $0 = new }
        } catch {
            throw ServiceError(error)
        }
    }

    private func redeploy(
        _ name: String, publishing alias: String?, _ body: (inout FunctionConfiguration) -> Void
    ) async throws(AWSError) -> String? {
        _ = try await update(name, body)
        guard let alias else { return nil }
        let before = try registry.function(name).aliases[alias].flatMap {
            registry.functions[name]?.version($0.version)
        }
        let version = try registry.publish(name, now: now)
        guard let before else {
            _ = try registry.createAlias(alias, of: name, version: version.version)
            return version.version
        }
        guard before !== version else { return version.version }
        _ = try registry.updateAlias(alias, of: name, AliasChange(version: version.version, weights: [:]))
        // Nobody calls it by its alias any more; whoever names its number gets an environment all the same.
        await pool.retire(before, successor: version)
        await reprovision(name)
        return version.version
    }
}
