// SPDX-License-Identifier: Apache-2.0
import AWSWire
import HTTPServer
public import ServiceProtocols

/// Provisioned concurrency
/// (https://docs.aws.amazon.com/lambda/latest/api/API_PutProvisionedConcurrencyConfig.html).
extension LambdaService {
    /// Keeps environments of a published version, or of an alias's, ready.
    ///
    /// - Throws: the error that PutProvisionedConcurrencyConfig answers with.
    public func provisionConcurrency(
        _ count: Int, of function: String, qualifier: String
    ) async throws(ServiceError) {
        do throws(AWSError) {
            _ = try await provision(count, for: try registry.name(function, qualifier: qualifier))
        } catch {
            throw ServiceError(error)
        }
    }

    func putProvisionedConcurrency(_ name: FunctionName, _ request: HTTPRequest) async throws(AWSError) -> [UInt8] {
        let body = try ControlPlaneRequest.read(
            PutProvisionedConcurrencyRequest.self, try await data(request, "PutProvisionedConcurrencyConfig"))
        let provisioned = try await provision(body.ProvisionedConcurrentExecutions, for: name)
        // As on AWS, where nothing is ready yet.
        return provisioned.document(.init())
    }

    func getProvisionedConcurrency(_ name: FunctionName) async throws(AWSError) -> [UInt8] {
        let provisioned = try registry.provisioned(name)
        return provisioned.document(await allocation(name))
    }

    func deleteProvisionedConcurrency(_ name: FunctionName) async throws(AWSError) {
        try registry.unprovision(name)
        await reprovision(name.name)
    }

    func listProvisionedConcurrency(_ text: String, _ query: QueryString) async throws(AWSError) -> [UInt8] {
        let name = try registry.unqualifiedName(text)
        let provisioned = try registry.function(name).provisioned.sorted { $0.key < $1.key }
        var documents: [[UInt8]] = []
        for (qualifier, provisioned) in provisioned {
            let allocation = await allocation(try registry.name(name, qualifier: qualifier))
            documents.append(provisioned.document(allocation, arn: "\(registry.arn(of: name)):\(qualifier)"))
        }
        return try Page(of: documents, marker: query["Marker"], maxItems: query["MaxItems"])
            .json("ProvisionedConcurrencyConfigs")
    }

    /// Brings the environments that are kept ready in line with the versions and aliases of a function; call it when
    /// one of these has changed.
    func reprovision(_ name: String) async {
        registry.forgetProvisionedForNothing(name)
        // What is too much goes first: it makes room.
        let counts = (registry.functions[name]?.provisionedCounts ?? []).sorted { $0.count < $1.count }
        for (version, count) in counts { await pool.provision(count, for: version) }
    }

    private func provision(
        _ count: Int, for name: FunctionName
    ) async throws(AWSError) -> ProvisionedConcurrency {
        let limits = FunctionRegistry.ProvisioningLimits(
            account: options.concurrency, environments: options.environments)
        let provisioned = try registry.provision(count, for: name, limits: limits, now: now)
        await reprovision(name.name)
        return provisioned
    }

    private func allocation(_ name: FunctionName) async -> Dispatcher<PendingInvocation>.Allocation {
        let versions = registry.functions[name.name]?.provisionedVersions(name.qualifier ?? "") ?? []
        return await pool.allocation(of: versions)
    }
}

extension ProvisionedConcurrency {
    /// What GetProvisionedConcurrencyConfig answers, and what ListProvisionedConcurrencyConfigs lists with an ARN.
    fileprivate func document(
        _ allocation: Dispatcher<PendingInvocation>.Allocation, arn: String? = nil
    ) -> [UInt8] {
        let ready = min(allocation.ready, requested)
        var json = JSONObjectWriter()
        if let arn { json.add("FunctionArn", arn) }
        json.add("RequestedProvisionedConcurrentExecutions", requested)
        json.add("AvailableProvisionedConcurrentExecutions", ready)
        json.add("AllocatedProvisionedConcurrentExecutions", ready)
        if allocation.hasFailed {
            json.add("Status", "FAILED")
            json.add("StatusReason", "FUNCTION_ERROR_INIT_FAILURE")
        } else {
            json.add("Status", ready == requested ? "READY" : "IN_PROGRESS")
        }
        json.add("LastModified", "\(ISO8601.format(modified).prefix(19))+0000")
        return json.finish()
    }
}
