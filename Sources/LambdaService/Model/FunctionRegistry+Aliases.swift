// SPDX-License-Identifier: Apache-2.0
package import AWSWire

/// What is to be changed of an alias; nil leaves a part as it is.
package struct AliasChange {
    package var version: String?
    package var description: String?
    /// Empty takes the second version away.
    package var weights: [String: Double]?
    /// What the alias's must be for the change to be made.
    package var revisionID: String?

    package init(
        version: String? = nil, description: String? = nil, weights: [String: Double]? = nil, revisionID: String? = nil
    ) {
        self.version = version
        self.description = description
        self.weights = weights
        self.revisionID = revisionID
    }
}

// Wording: LocalStack's recorded snapshots of AWS, tests/aws/services/lambda_/test_lambda_api.snapshot.json.
extension FunctionRegistry {
    /// Adds an alias for a version, or for two that share the calls.
    ///
    /// - Throws: the error that CreateAlias answers with.
    @discardableResult
    package mutating func createAlias(
        _ alias: String, of name: String, version: String, description: String = "",
        weights: [String: Double] = [:]
    ) throws(AWSError) -> FunctionAlias {
        var violations = ConstraintViolations()
        Self.noteViolations(ofAlias: alias, in: &violations)
        Self.noteViolations(version: version, description: description, weights: weights, in: &violations)
        try violations.check()
        let function = try function(name)
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

    /// Changes parts of an alias.
    ///
    /// - Throws: the error that UpdateAlias answers with.
    package mutating func updateAlias(
        _ alias: String, of name: String, _ change: AliasChange
    ) throws(AWSError) -> FunctionAlias {
        var violations = ConstraintViolations()
        Self.noteViolations(
            version: change.version, description: change.description, weights: change.weights ?? [:], in: &violations)
        try violations.check()
        let function = try function(name)
        guard var changed = function.aliases[alias] else {
            throw .resourceNotFound("Alias not found: \(arn(of: name)):\(alias)")
        }
        try Self.check(revision: change.revisionID, against: changed.revisionID)
        if let version = change.version {
            guard function.version(version) != nil else { throw .functionNotFound("\(arn(of: name)):\(version)") }
            changed.version = version
        }
        if let description = change.description { changed.description = description }
        let weights = change.weights ?? changed.additional.map { [$0.version: $0.weight] } ?? [:]
        changed.additional = try additionalVersion(weights, beside: changed.version, of: function, name)
        changed.revisionID = makeRevisionID()
        self.change(name) { $0?.aliases[alias] = changed }
        return changed
    }

    /// Removes an alias; one that is not there is gone already.
    ///
    /// - Throws: the error that DeleteAlias answers with.
    package mutating func deleteAlias(_ alias: String, of name: String) throws(AWSError) {
        guard try function(name).aliases[alias] != nil else { return }
        change(name) { $0?.aliases[alias] = nil }
    }

    /// - Throws: the error that GetAlias answers with.
    func alias(_ alias: String, of name: String) throws(AWSError) -> FunctionAlias {
        guard let found = try function(name).aliases[alias] else {
            throw .resourceNotFound("Cannot find alias arn: \(arn(of: name)):\(alias)")
        }
        return found
    }

    /// - Throws: the error for a change that is made for a revision that is no more.
    static func check(revision: String?, against latest: String) throws(AWSError) {
        guard let revision, revision != latest else { return }
        throw AWSError(
            "PreconditionFailedException",
            "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to "
                + "retrieve the latest Revision Id",
            status: 412)
    }

    // MARK: Checks

    private static func noteViolations(ofAlias name: String, in violations: inout ConstraintViolations) {
        violations.require(
            FunctionName.isValidQualifier(String(name.prefix(128))) && name != "$LATEST"
                && !name.utf8.allSatisfy { (48...57).contains($0) }, name, at: "name",
            "Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)")
        violations.require(name, atMost: 128, at: "name")
    }

    private static func noteViolations(
        version: String?, description: String?, weights: [String: Double], in violations: inout ConstraintViolations
    ) {
        if let version {
            let isNumber = !version.isEmpty && version.utf8.allSatisfy { (48...57).contains($0) }
            violations.require(
                isNumber || version == "$LATEST", version, at: "functionVersion",
                "Member must satisfy regular expression pattern: (\\$LATEST(\\.PUBLISHED)?|[0-9]+)")
        }
        if let description { violations.require(description, atMost: LambdaLimits.description, at: "description") }
        let printed = weights.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
        violations.require(
            weights.values.allSatisfy((0...1).contains), "{\(printed)}", at: "routingConfig.additionalVersionWeights",
            "Map value must satisfy constraint: [Member must have value less than or equal to 1.0, "
                + "Member must have value greater than or equal to 0.0, Member must not be null]")
    }

    private func additionalVersion(
        _ weights: [String: Double], beside version: String, of function: Function, _ name: String
    ) throws(AWSError) -> FunctionAlias.AdditionalVersion? {
        guard let (second, weight) = weights.first else { return nil }
        guard weights.count == 1 else {
            throw .invalidParameter("Number of items in AdditionalVersionWeights cannot be greater than 1")
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
        return FunctionAlias.AdditionalVersion(version: second, weight: weight)
    }
}
