// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Foundation
import HTTPServer
public import ServiceProtocols

/// Reserved concurrency and the account's limits
/// (https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionConcurrency.html).
extension LambdaService {
    /// Sets what a function may have in work at once; nil lets it share what no function has reserved.
    ///
    /// - Throws: the error that PutFunctionConcurrency answers with.
    public func reserveConcurrency(_ count: Int?, of function: String) async throws(ServiceError) {
        do throws(AWSError) {
            try await reserve(count, of: function)
        } catch {
            throw ServiceError(error)
        }
    }

    func putConcurrency(of text: String, _ request: HTTPRequest) async throws(AWSError) -> [UInt8] {
        let body = try ControlPlaneRequest.read(
            PutFunctionConcurrencyRequest.self, try await data(request, "PutFunctionConcurrency"))
        try await reserve(body.ReservedConcurrentExecutions, of: try registry.unqualifiedName(text))
        return FunctionVersion.concurrencyDocument(body.ReservedConcurrentExecutions)
    }

    func deleteConcurrency(of text: String) async throws(AWSError) {
        try await reserve(nil, of: try registry.unqualifiedName(text))
    }

    private func reserve(_ count: Int?, of name: String) async throws(AWSError) {
        let function = try registry.reserveConcurrency(count, of: name, account: options.concurrency)
        await pool.reserve(count, for: function)
    }

    /// What GetAccountSettings answers.
    func accountSettings() -> [UInt8] {
        var limits = JSONObjectWriter()
        limits.add("TotalCodeSize", LambdaLimits.accountCode)
        limits.add("CodeSizeUnzipped", LambdaLimits.unzippedCode)
        limits.add("CodeSizeZipped", LambdaLimits.zippedCode)
        limits.add("ConcurrentExecutions", options.concurrency)
        limits.add(
            "UnreservedConcurrentExecutions", registry.unreservedConcurrency(ofAccount: options.concurrency))
        let versions = registry.functions.values.flatMap { [$0.latest] + $0.published }
        var usage = JSONObjectWriter()
        let layers = layers.layers.values.flatMap(\.versions)
        usage.add(
            "TotalCodeSize",
            versions.reduce(0) { $0 + $1.configuration.code.size } + layers.reduce(0) { $0 + $1.code.size })
        usage.add("FunctionCount", registry.functions.count)
        var json = JSONObjectWriter()
        json.add("AccountLimit", json: limits.finish())
        json.add("AccountUsage", json: usage.finish())
        return json.finish()
    }
}
