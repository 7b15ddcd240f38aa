// SPDX-License-Identifier: Apache-2.0
import AWSWire
import HTTPServer

/// The operations that change aliases.
extension LambdaService {
    func createAlias(of text: String, _ request: HTTPRequest) async throws(AWSError) -> [UInt8] {
        let body = try await body(CreateAliasRequest.self, of: request, "CreateAlias")
        let name = try registry.name(text).name
        guard let alias = body.Name, let version = body.FunctionVersion else {
            var violations = ConstraintViolations()
            violations.requirePresence(body.Name != nil, of: "name")
            violations.requirePresence(body.FunctionVersion != nil, of: "functionVersion")
            throw violations.error
        }
        return try registry.createAlias(
            alias, of: name, version: version, description: body.Description ?? "",
            weights: body.RoutingConfig?.AdditionalVersionWeights ?? [:]
        ).document(functionARN: registry.arn(of: name))
    }

    func updateAlias(_ alias: String, of text: String, _ request: HTTPRequest) async throws(AWSError) -> [UInt8] {
        let body = try await body(UpdateAliasRequest.self, of: request, "UpdateAlias")
        let name = try registry.name(text).name
        let change = AliasChange(
            version: body.FunctionVersion, description: body.Description,
            weights: body.RoutingConfig.map { $0.AdditionalVersionWeights ?? [:] }, revisionID: body.RevisionId)
        let updated = try registry.updateAlias(alias, of: name, change)
        await reprovision(name)
        return updated.document(functionARN: registry.arn(of: name))
    }

    func deleteAlias(_ alias: String, of text: String) async throws(AWSError) {
        let name = try registry.name(text).name
        try registry.deleteAlias(alias, of: name)
        await reprovision(name)
    }
}
