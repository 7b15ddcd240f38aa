// SPDX-License-Identifier: Apache-2.0
package import AWSWire

extension FunctionRegistry {
    /// Adds an alias for a version, or for two that share the calls.
    ///
    /// - Throws: the error that CreateAlias answers with. Wording: LocalStack's recorded snapshots of AWS,
    ///   tests/aws/services/lambda_/test_lambda_api.snapshot.json.
    @discardableResult
    package mutating func createAlias(
        _ alias: String, of name: String, version: String, description: String = "",
        weights: [String: Double] = [:]
    ) throws(AWSError) -> FunctionAlias {
        let function = try function(name)
        guard !alias.utf8.allSatisfy({ (48...57).contains($0) }), FunctionName.isValidQualifier(alias),
            alias != "$LATEST"
        else {
            throw .validation(
                alias, at: "name",
                "Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)")
        }
        guard function.aliases[alias] == nil else {
            throw .resourceConflict("Alias already exists: \(arn(of: name)):\(alias)")
        }
        guard function.version(version) != nil else { throw .functionNotFound("\(arn(of: name)):\(version)") }
        let added = FunctionAlias(
            name: alias, version: version, description: description,
            additional: try additionalVersion(weights, beside: version, of: function, name),
            revisionID: makeRevisionID())
        change(name) { $0?.aliases[alias] = added }
        return added
    }

    private func additionalVersion(
        _ weights: [String: Double], beside version: String, of function: Function, _ name: String
    ) throws(AWSError) -> (version: String, weight: Double)? {
        guard let (second, weight) = weights.first else { return nil }
        guard weights.count == 1 else {
            throw .invalidParameter("Number of items in AdditionalVersionWeights cannot be greater than 1")
        }
        guard (0...1).contains(weight) else {
            throw .validation(
                "{\(second)=\(weight)}", at: "routingConfig.additionalVersionWeights",
                "Map value must satisfy constraint: [Member must have value less than or equal to 1.0, "
                    + "Member must have value greater than or equal to 0.0, Member must not be null]")
        }
        guard version != "$LATEST" else {
            throw .invalidParameter("$LATEST is not supported for an alias pointing to more than 1 version")
        }
        guard second != version else {
            throw .invalidParameter(
                "Invalid function version \(second). Function version \(second) is already included in routing "
                    + "configuration.")
        }
        guard second != "$LATEST", function.version(second) != nil else {
            throw .functionNotFound("\(arn(of: name)):\(second)")
        }
        return (second, weight)
    }

    /// - Throws: the error that GetAlias answers with.
    func alias(_ alias: String, of name: String) throws(AWSError) -> FunctionAlias {
        guard let found = try function(name).aliases[alias] else {
            throw .resourceNotFound("Cannot find alias arn: \(arn(of: name)):\(alias)")
        }
        return found
    }
}
