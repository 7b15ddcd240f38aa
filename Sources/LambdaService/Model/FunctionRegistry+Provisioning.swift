// SPDX-License-Identifier: Apache-2.0
import AWSWire

/// How many environments a version or an alias keeps ready.
struct ProvisionedConcurrency: Equatable, Codable {
    var requested: Int
    /// Milliseconds since 1970.
    var modified: Int64
}

/// Wording: LocalStack's recorded snapshots of AWS, tests/aws/services/lambda_/test_lambda_api.snapshot.json.
extension FunctionRegistry {
    /// What the emulator can provision.
    struct ProvisioningLimits {
        /// The account's concurrency, of which 100 must be left unreserved.
        var account: Int
        /// How many environments this machine runs at once.
        var environments: Int
    }

    /// Sets what a published version, or an alias of one, keeps ready.
    ///
    /// - Throws: the error that PutProvisionedConcurrencyConfig answers with.
    mutating func provision(
        _ count: Int, for name: FunctionName, limits: ProvisioningLimits, now: Int64
    ) throws(AWSError) -> ProvisionedConcurrency {
        guard count >= 1 else {
            throw .validation(
                "\(count)", at: "provisionedConcurrentExecutions", "Member must have value greater than or equal to 1")
        }
        guard name.qualifier != "$LATEST" else { throw .unpublishedProvisioning }
        let (function, qualifier) = try provisionable(name)
        try check(count, function, qualifier, limits)
        try checkOverlap(function, qualifier)
        let provisioned = ProvisionedConcurrency(requested: count, modified: now)
        change(name.name) { $0?.provisioned[qualifier] = provisioned }
        return provisioned
    }

    /// - Throws: the error that GetProvisionedConcurrencyConfig answers with.
    func provisioned(_ name: FunctionName) throws(AWSError) -> ProvisionedConcurrency {
        let (function, qualifier) = try provisionable(name)
        guard let provisioned = function.provisioned[qualifier] else { throw .nothingProvisioned }
        return provisioned
    }

    /// Keeps nothing ready any more.
    ///
    /// - Throws: the error that DeleteProvisionedConcurrencyConfig answers with.
    mutating func unprovision(_ name: FunctionName) throws(AWSError) {
        let qualifier = try provisionable(name).qualifier
        change(name.name) { $0?.provisioned[qualifier] = nil }
    }

    /// Forgets what is provisioned for versions and aliases that have gone; call it when some may have.
    mutating func forgetProvisionedForNothing(_ name: String) {
        guard let function = functions[name], !function.provisioned.isEmpty else { return }
        for qualifier in function.provisioned.keys
        where function.aliases[qualifier] == nil && function.version(qualifier) == nil {
            change(name) { $0?.provisioned[qualifier] = nil }
        }
    }

    private func provisionable(
        _ name: FunctionName
    ) throws(AWSError) -> (function: Function, qualifier: String) {
        guard let qualifier = name.qualifier, qualifier != "$LATEST" else {
            throw .invalidParameter("The function resource provided must be an alias or a published version.")
        }
        guard let function = functions[name.name] else {
            throw .functionNotFound("\(arn(of: name.name)):\(qualifier)")
        }
        guard function.aliases[qualifier] != nil || function.version(qualifier) != nil else {
            let arn = "\(arn(of: name.name)):\(qualifier)"
            throw qualifier.utf8.allSatisfy { (48...57).contains($0) }
                ? .functionNotFound(arn) : .resourceNotFound("Cannot find alias arn: \(arn)")
        }
        return (function, qualifier)
    }

    private func check(
        _ count: Int, _ function: Function, _ qualifier: String, _ limits: ProvisioningLimits
    ) throws(AWSError) {
        let others = function.provisionedTotal - (function.provisioned[qualifier]?.requested ?? 0)
        if let reserved = function.reservedConcurrency {
            guard others + count <= reserved else {
                throw .invalidParameter(
                    "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for "
                        + "function")
            }
        } else {
            let left = unreservedConcurrency(ofAccount: limits.account) + function.provisionedTotal - others
            guard count <= left else {
                throw .invalidParameter(
                    "Specified ConcurrentExecutions for function is greater than account's unreserved concurrency "
                        + "[\(left)].")
            }
            let minimum = min(LambdaLimits.unreservedConcurrency, limits.account)
            guard left - count >= minimum else {
                throw .invalidParameter(
                    "Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution "
                        + "below its minimum value of [\(minimum)].")
            }
        }
        let elsewhere = functions.values.reduce(0) { $0 + $1.provisionedTotal } - function.provisionedTotal
        // One is left for what needs an environment on demand.
        guard elsewhere + others + count < limits.environments else {
            throw .invalidParameter(
                "This emulator runs at most \(limits.environments) function processes, so it cannot keep "
                    + "\(elsewhere + others + count) of them ready; start it with a larger --processes.")
        }
    }

    /// A version has provisioned environments of its own or of aliases, not both.
    private func checkOverlap(_ function: Function, _ qualifier: String) throws(AWSError) {
        if let alias = function.aliases[qualifier] {
            guard alias.versions.allSatisfy({ function.provisioned[$0] == nil }) else {
                throw .resourceConflict(
                    "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version")
            }
            guard !alias.versions.contains("$LATEST") else { throw .unpublishedProvisioning }
        } else {
            let pointing = function.aliases.values.filter { $0.versions.contains(qualifier) }
            guard pointing.allSatisfy({ function.provisioned[$0.name] == nil }) else {
                throw .resourceConflict("Version is pointed by a Provisioned Concurrency alias")
            }
        }
    }
}

extension FunctionRegistry.Function {
    /// What all of its versions and aliases keep ready.
    var provisionedTotal: Int { provisioned.values.reduce(0) { $0 + $1.requested } }

    /// What it takes of the account's concurrency whether it works or not.
    var claimedConcurrency: Int { reservedConcurrency ?? provisionedTotal }

    /// How many environments each published version keeps ready.
    ///
    /// What is provisioned for an alias with two versions is shared out by the alias's weights; AWS does not document
    /// how.
    var provisionedCounts: [(version: FunctionVersion, count: Int)] {
        published.map { version in
            let count = provisioned.reduce(0) { sum, entry in
                sum + share(of: version.version, in: entry.key, entry.value.requested)
            }
            return (version, count)
        }
    }

    /// The versions that a qualifier leads to.
    func provisionedVersions(_ qualifier: String) -> [FunctionVersion] {
        (aliases[qualifier]?.versions ?? [qualifier]).compactMap(version)
    }

    private func share(of version: String, in qualifier: String, _ requested: Int) -> Int {
        guard let alias = aliases[qualifier] else { return qualifier == version ? requested : 0 }
        let second = alias.additional.map { Int((Double(requested) * $0.weight).rounded()) } ?? 0
        if alias.version == version { return requested - second }
        return alias.additional?.version == version ? second : 0
    }
}

extension FunctionAlias {
    fileprivate var versions: [String] { [version] + (additional.map { [$0.version] } ?? []) }
}

extension AWSError {
    fileprivate static let unpublishedProvisioning = invalidParameter(
        "Provisioned Concurrency Configs cannot be applied to unpublished function versions.")
    fileprivate static let nothingProvisioned = AWSError(
        "ProvisionedConcurrencyConfigNotFoundException", "No Provisioned Concurrency Config found for this function",
        status: 404)
}
