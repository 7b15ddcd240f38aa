// SPDX-License-Identifier: Apache-2.0
import AWSWire
import HTTPServer
public import ServiceProtocols

struct PutFunctionRecursionConfigRequest: Decodable {
    var RecursiveLoop: String
}

/// What is done when a function is found to be part of a loop.
public enum RecursiveLoop: String, Sendable, Codable {
    /// Nothing.
    case allow = "Allow"
    /// The invocation is stopped.
    case terminate = "Terminate"
}

// Recursive loops (https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionRecursionConfig.html).
extension LambdaService {
    /// Says what is done when a function is found to be part of a loop.
    ///
    /// - Throws: the error that PutFunctionRecursionConfig answers with.
    public func setRecursiveLoop(_ loop: RecursiveLoop, of function: String) throws(ServiceError) {
        do throws(AWSError) {
            try registry.setRecursiveLoop(loop, of: function)
        } catch {
            throw ServiceError(error)
        }
    }

    /// GetFunctionRecursionConfig and PutFunctionRecursionConfig.
    func respond(
        to action: Route.Action, onRecursionOf text: String, _ request: HTTPRequest
    ) async throws(AWSError) -> [UInt8] {
        let name = try registry.unqualifiedName(text)
        if action == .put {
            let body = try await body(
                PutFunctionRecursionConfigRequest.self, of: request, "PutFunctionRecursionConfig")
            guard let loop = RecursiveLoop(rawValue: body.RecursiveLoop) else {
                throw .validation(
                    body.RecursiveLoop, at: "recursiveLoop", "Member must satisfy enum value set: [Terminate, Allow]")
            }
            try registry.setRecursiveLoop(loop, of: name)
        }
        return JSONObjectWriter.object(["RecursiveLoop": try registry.function(name).recursiveLoop.rawValue])
    }

    /// Whether an invocation that has come round so often is stopped.
    func isStopped(_ lineage: Lineage, of function: String) -> Bool {
        lineage.isLoop && registry.functions[function]?.recursiveLoop != .allow
    }
}

extension FunctionRegistry {
    mutating func setRecursiveLoop(_ loop: RecursiveLoop, of name: String) throws(AWSError) {
        _ = try function(name)
        change(name) { $0?.recursiveLoop = loop }
    }
}
