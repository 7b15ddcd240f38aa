// SPDX-License-Identifier: Apache-2.0
import AWSWire

/// Resource policies: the function, each version and each alias have one of their own
/// (https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html).
///
/// Wording of errors: LocalStack's recorded snapshots of AWS, tests/aws/services/lambda_/test_lambda_api.snapshot.json.
extension FunctionRegistry {
    /// Adds a permission to the policy of what a name stands for; its revision id is a new one then.
    ///
    /// - Throws: the error that AddPermission answers with.
    mutating func addPermission(
        _ permission: FunctionPermission, to name: FunctionName, revision: String? = nil
    ) throws(AWSError) -> PolicyStatement {
        guard name.qualifier != "$LATEST" else {
            throw .invalidParameter("We currently do not support adding policies for $LATEST.")
        }
        let (function, resource) = try policyOwner(name)
        if let revision, revision != function.revisionID(of: name.qualifier) {
            throw .revisionMismatch(callingFor: "GetPolicy")
        }
        let statement = try PolicyStatement(permission, on: resource)
        var policy = function.policies[name.qualifier] ?? ResourcePolicy()
        try policy.add(statement)
        setPolicy(policy, of: name)
        return statement
    }

    /// Takes a permission away.
    ///
    /// - Throws: the error that RemovePermission answers with.
    mutating func removePermission(
        _ id: String, from name: FunctionName, revision: String? = nil
    ) throws(AWSError) {
        guard functions[name.name] != nil else { throw .resourceNotFound("No policy found for: \(arn(of: name.name))") }
        let (function, _) = try policyOwner(name)
        guard var policy = function.policies[name.policyKey] else {
            throw .resourceNotFound("No policy is associated with the given resource.")
        }
        try policy.remove(id)
        if let revision, revision != function.revisionID(of: name.qualifier) {
            throw .revisionMismatch(callingFor: "GetFunction/GetAlias")
        }
        setPolicy(policy.statements.isEmpty ? nil : policy, of: name)
    }

    /// The policy of what a name stands for, and the revision id of that.
    ///
    /// - Throws: the error that GetPolicy answers with.
    func policy(of name: FunctionName) throws(AWSError) -> (policy: ResourcePolicy, revisionID: String) {
        let (function, _) = try policyOwner(name)
        guard let policy = function.policies[name.policyKey],
            let revisionID = function.revisionID(of: name.qualifier)
        else { throw .resourceNotFound("The resource you requested does not exist.") }
        return (policy, revisionID)
    }

    /// Whether the policy of what a name stands for, and no other one, lets somebody do something with it.
    func allows(_ action: String, on name: FunctionName, in context: PolicyContext) -> Bool {
        guard let policy = functions[name.name]?.policies[name.policyKey] else { return false }
        return policy.allows(action, on: resource(name), in: context)
    }

    /// The ARN as a name qualifies it.
    func resource(_ name: FunctionName) -> String {
        let arn = arn(of: name.name)
        return name.qualifier.map { "\(arn):\($0)" } ?? arn
    }

    private func policyOwner(_ name: FunctionName) throws(AWSError) -> (function: Function, resource: String) {
        let function = try function(name.name)
        let resource = resource(name)
        if let qualifier = name.qualifier, function.revisionID(of: qualifier) == nil {
            throw qualifier.utf8.allSatisfy { (48...57).contains($0) }
                ? .functionNotFound(resource) : .resourceNotFound("Cannot find alias arn: \(resource)")
        }
        return (function, resource)
    }

    private mutating func setPolicy(_ policy: ResourcePolicy?, of name: FunctionName) {
        let revisionID = makeRevisionID()
        change(name.name) {
            $0?.policies[name.policyKey] = policy
            $0?.setRevisionID(revisionID, of: name.qualifier)
        }
    }
}

extension FunctionName {
    /// What the policy is kept under: that of `$LATEST` is the function's.
    fileprivate var policyKey: String? { qualifier == "$LATEST" ? nil : qualifier }
}

extension FunctionRegistry.Function {
    /// The revision id of a version, an alias, or of the function itself, which has that of `$LATEST`.
    fileprivate func revisionID(of qualifier: String?) -> String? {
        guard let qualifier else { return latest.revisionID }
        return aliases[qualifier]?.revisionID ?? version(qualifier)?.revisionID
    }

    fileprivate mutating func setRevisionID(_ id: String, of qualifier: String?) {
        guard let qualifier, qualifier != "$LATEST" else {
            latest = latest.renamed(revisionID: id)
            return
        }
        aliases[qualifier]?.revisionID = id
        if let index = published.firstIndex(where: { $0.version == qualifier }) {
            published[index] = published[index].renamed(revisionID: id)
        }
    }

    /// Forgets the policies of versions and aliases that are gone.
    mutating func prunePolicies() {
        guard !policies.isEmpty else { return }
        policies = policies.filter { $0.key == nil || revisionID(of: $0.key) != nil }
    }
}

extension FunctionVersion {
    /// The same revision under another revision id: what runs has not changed, what belongs to it has.
    func renamed(revisionID: String) -> FunctionVersion {
        FunctionVersion(
            id: id, functionID: functionID, version: version, configuration: configuration, functionARN: functionARN,
            modified: modified, revisionID: revisionID)
    }
}

extension AWSError {
    fileprivate static func revisionMismatch(callingFor operations: String) -> AWSError {
        AWSError(
            "PreconditionFailedException",
            "The Revision Id provided does not match the latest Revision Id. Call the \(operations) API to retrieve the "
                + "latest Revision Id", status: 412)
    }
}
