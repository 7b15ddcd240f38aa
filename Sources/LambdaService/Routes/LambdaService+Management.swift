// SPDX-License-Identifier: Apache-2.0
import AWSWire
import HTTPServer

/// What PutRuntimeManagementConfig is asked for.
struct PutRuntimeManagementConfigRequest: Decodable {
    var UpdateRuntimeOn: String?
}

/// What PutFunctionCodeSigningConfig is asked for.
struct PutFunctionCodeSigningConfigRequest: Decodable {
    var CodeSigningConfigArn: String?
}

/// Settings that every function has on AWS and that infrastructure tools read: here they are those of a function that
/// nobody has set them for.
extension LambdaService {
    /// GetFunctionCodeSigningConfig and its like: there is no code signing configuration that could be named.
    ///
    /// Wording: LocalStack's recorded snapshots of AWS, TestCodeSigningConfig.
    func respond(
        to action: Route.Action, onCodeSigningOf text: String, _ request: HTTPRequest, _ requestID: String
    ) async throws(AWSError) -> HTTPResponse {
        _ = try registry.function(registry.name(text).name)
        switch action {
        case .get: return HTTPResponse(status: 200, json: Array("{}".utf8), requestID: requestID)
        case .delete: return .noContent(requestID)
        case .put:
            let body = try await body(
                PutFunctionCodeSigningConfigRequest.self, of: request, "PutFunctionCodeSigningConfig")
            throw AWSError(
                "CodeSigningConfigNotFoundException",
                "The code signing configuration cannot be found. Check that the provided configuration is not "
                    + "deleted: \(body.CodeSigningConfigArn ?? "").",
                status: 404)
        }
    }

    /// GetRuntimeManagementConfig and PutRuntimeManagementConfig: a runtime is what this machine has, whenever it is
    /// used (https://docs.aws.amazon.com/lambda/latest/api/API_GetRuntimeManagementConfig.html).
    func respond(
        to action: Route.Action, onRuntimeManagementOf text: String, _ request: HTTPRequest, _ query: QueryString
    ) async throws(AWSError) -> [UInt8] {
        let name = try registry.name(text, qualifier: query["Qualifier"])
        _ = try registry.version(name)
        if action == .put {
            let body = try await body(
                PutRuntimeManagementConfigRequest.self, of: request, "PutRuntimeManagementConfig")
            var violations = ConstraintViolations()
            violations.requirePresence(body.UpdateRuntimeOn != nil, of: "updateRuntimeOn")
            if let mode = body.UpdateRuntimeOn {
                violations.require(mode, oneOf: ["Auto", "Manual", "FunctionUpdate"], at: "updateRuntimeOn")
            }
            try violations.check()
            guard body.UpdateRuntimeOn == "Auto" else {
                throw .invalidParameter("UpdateRuntimeOn other than Auto is not supported by this emulator.")
            }
        }
        return JSONObjectWriter.object(["UpdateRuntimeOn": "Auto", "FunctionArn": registry.arn(of: name)])
    }
}
