// SPDX-License-Identifier: Apache-2.0
import AWSWire
import HTTPServer
public import ServiceProtocols

/// Resource policies: their operations, and what they decide
/// (https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html).
extension LambdaService {
    /// Lets a service, or somebody else, do something with a function, one of its versions or one of its aliases.
    ///
    /// - Parameter function: a name or an ARN; with a qualifier for the version or the alias alone.
    /// - Throws: the error that AddPermission answers with.
    public func addPermission(_ permission: FunctionPermission, to function: String) throws(ServiceError) {
        do throws(AWSError) {
            try permission.validate()
            _ = try registry.addPermission(permission, to: registry.name(function))
        } catch {
            throw ServiceError(error)
        }
    }

    func addPermission(to name: FunctionName, _ request: HTTPRequest) async throws(AWSError) -> [UInt8] {
        let body = try ControlPlaneRequest.read(
            AddPermissionRequest.self, try await data(request, "AddPermission"))
        let permission = body.permission
        try permission.validate()
        let statement = try registry.addPermission(permission, to: name, revision: body.RevisionId)
        var json = JSONObjectWriter()
        json.add("Statement", String(decoding: statement.document(), as: UTF8.self))
        return json.finish()
    }

    func policyDocument(of name: FunctionName) throws(AWSError) -> [UInt8] {
        let (policy, revisionID) = try registry.policy(of: name)
        var json = JSONObjectWriter()
        json.add("Policy", String(decoding: policy.document(), as: UTF8.self))
        json.add("RevisionId", revisionID)
        return json.finish()
    }

    /// Checks that a service may invoke what it names, and reports what is missing.
    ///
    /// - Throws: `AccessDeniedException`.
    func authorize(_ caller: ServiceCaller, for name: FunctionName) throws(AWSError) {
        let context = PolicyContext(
            service: caller.principal, sourceARN: caller.sourceARN, sourceAccount: caller.sourceAccount)
        guard !registry.allows("lambda:InvokeFunction", on: name, in: context) else { return }
        let missing = MissingPermission(caller: caller, function: name, resource: registry.resource(name))
        report("\(missing)")
        throw missing.error
    }

    /// Whether anybody may call the function URL of a function or an alias whose authorization type is `NONE`: that
    /// takes a permission for the URL and one for what is behind it
    /// (https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html).
    func allowsPublicURL(of name: FunctionName) -> Bool {
        let context = PolicyContext(functionURLAuthType: "NONE")
        return ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"].allSatisfy { action in
            registry.allows(action, on: name, in: context)
        }
    }
}
