// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import EventLoop
import Foundation
import HTTP1
import HTTPServer

/// The operations on functions, versions and aliases
/// (https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html).
extension LambdaService {
    func respond(
        to route: Route, _ request: HTTPRequest, _ requestID: String
    ) async throws(AWSError) -> HTTPResponse {
        let query = QueryString(parsing: request.query ?? "")
        switch route {
        case .deleteFunction(let text):
            try await deleteFunction(registry.name(text, qualifier: query["Qualifier"]))
            return .noContent(requestID)
        case .deleteConcurrency(let text):
            try await deleteConcurrency(of: text)
            return .noContent(requestID)
        case .putConcurrency(let text):
            return HTTPResponse(
                status: 200, json: try await putConcurrency(of: text, request), requestID: requestID)
        case .getProvisionedConcurrency(let text):
            let json =
                query["List"] == nil
                ? try await getProvisionedConcurrency(registry.name(text, qualifier: query["Qualifier"]))
                : try await listProvisionedConcurrency(text, query)
            return HTTPResponse(status: 200, json: json, requestID: requestID)
        case .putProvisionedConcurrency(let text):
            let name = try registry.name(text, qualifier: query["Qualifier"])
            return HTTPResponse(
                status: 202, json: try await putProvisionedConcurrency(name, request), requestID: requestID)
        case .deleteProvisionedConcurrency(let text):
            try await deleteProvisionedConcurrency(registry.name(text, qualifier: query["Qualifier"]))
            return .noContent(requestID)
        case .addPermission(let text):
            let json = try await addPermission(to: registry.name(text, qualifier: query["Qualifier"]), request)
            return HTTPResponse(status: 201, json: json, requestID: requestID)
        case .removePermission(let text, let statement):
            let name = try registry.name(text, qualifier: query["Qualifier"])
            try registry.removePermission(statement, from: name, revision: query["RevisionId"])
            return .noContent(requestID)
        case .eventInvoke(let route):
            return try await respond(to: route, request, query, requestID)
        case .recursion(let text, let action):
            let json = try await respond(to: action, onRecursionOf: text, request)
            return HTTPResponse(status: 200, json: json, requestID: requestID)
        case .createFunction, .publishVersion, .createAlias:
            return HTTPResponse(status: 201, json: try await change(route, request), requestID: requestID)
        case .updateFunctionCode, .updateFunctionConfiguration, .updateAlias:
            return HTTPResponse(status: 200, json: try await change(route, request), requestID: requestID)
        case .deleteAlias(let text, let alias):
            try await deleteAlias(alias, of: text)
            return .noContent(requestID)
        case .layers(let operation):
            return try await respond(to: operation, request, requestID)
        case .tags(let resource, let action):
            return try await respond(to: action, onTagsOf: resource, request, query, requestID)
        case .codeSigning(let text, let action):
            return try await respond(to: action, onCodeSigningOf: text, request, requestID)
        case .runtimeManagement(let text, let action):
            let json = try await respond(to: action, onRuntimeManagementOf: text, request, query)
            return HTTPResponse(status: 200, json: json, requestID: requestID)
        default:
            return HTTPResponse(status: 200, json: try read(route, query), requestID: requestID)
        }
    }

    private func read(_ route: Route, _ query: QueryString) throws(AWSError) -> [UInt8] {
        switch route {
        case .getFunction(let text):
            let name = try registry.name(text, qualifier: query["Qualifier"])
            let version = try registry.version(name)
            return version.document(
                arn: registry.arn(of: name), location: location(of: version.configuration.code),
                of: try registry.function(name.name))
        case .getFunctionConfiguration(let text):
            let name = try registry.name(text, qualifier: query["Qualifier"])
            return try registry.version(name).document(arn: registry.arn(of: name))
        case .listFunctions:
            return try listFunctions(query)
        case .listVersions(let text):
            return try page(registry.function(registry.name(text).name).documents, query).json("Versions")
        case .listAliases(let text):
            return try listAliases(text, query)
        case .getAlias(let text, let alias):
            let name = try registry.name(text).name
            return try registry.alias(alias, of: name).document(functionARN: registry.arn(of: name))
        case .getConcurrency(let text):
            return FunctionVersion.concurrencyDocument(
                try registry.function(registry.unqualifiedName(text)).reservedConcurrency)
        case .getPolicy(let text):
            return try policyDocument(of: registry.name(text, qualifier: query["Qualifier"]))
        case .getAccountSettings:
            return accountSettings()
        default:
            preconditionFailure("an operation that changes functions is not a read")
        }
    }

    private func listFunctions(_ query: QueryString) throws(AWSError) -> [UInt8] {
        let version = query["FunctionVersion"]
        var violations = ConstraintViolations()
        if let version { violations.require(version, oneOf: ["ALL"], at: "functionVersion") }
        try violations.check()
        // Replicas of Lambda@Edge functions are listed by where they come from; there are none.
        guard query["MasterRegion"] == nil else { return try page([], query).json("Functions") }
        let functions = registry.functions.sorted { $0.key < $1.key }.map(\.value)
        let documents = functions.flatMap { function in
            version == nil ? [function.latest.document(.listed)] : function.documents
        }
        return try page(documents, query).json("Functions")
    }

    private func listAliases(_ text: String, _ query: QueryString) throws(AWSError) -> [UInt8] {
        let name = try registry.name(text).name
        let arn = registry.arn(of: name)
        let wanted = query["FunctionVersion"]
        let aliases = try registry.function(name).aliases.values.sorted { $0.name < $1.name }
        let documents = aliases.filter { wanted == nil || $0.version == wanted }.map { $0.document(functionARN: arn) }
        return try page(documents, query).json("Aliases")
    }

    private func page(_ documents: [[UInt8]], _ query: QueryString) throws(AWSError) -> Page {
        try Page(of: documents, marker: query["Marker"], maxItems: query["MaxItems"])
    }

    private func change(_ route: Route, _ request: HTTPRequest) async throws(AWSError) -> [UInt8] {
        switch route {
        case .createFunction: return try await createFunction(request)
        case .updateFunctionCode(let text): return try await updateCode(of: text, request)
        case .updateFunctionConfiguration(let text): return try await updateConfiguration(of: text, request)
        case .publishVersion(let text): return try await publishVersion(of: text, request)
        case .createAlias(let text): return try await createAlias(of: text, request)
        case .updateAlias(let text, let alias): return try await updateAlias(alias, of: text, request)
        default: preconditionFailure("an operation that reads changes nothing")
        }
    }

    // MARK: Requests

    /// Reads a request's body; a long one away from the loop.
    ///
    /// - Parameter unsupported: members that must be absent, null, false or empty.
    /// - Throws: the error that the operation answers with.
    func body<Request: Decodable & Sendable>(
        _ type: Request.Type, of request: HTTPRequest, _ operation: String, unsupported: Set<String> = []
    ) async throws(AWSError) -> Request {
        let data = try await data(request, operation)
        guard data.count > 64 << 10 else { return try ControlPlaneRequest.read(type, data, unsupported: unsupported) }
        do {
            return try await loop.offload { try ControlPlaneRequest.read(type, data, unsupported: unsupported) }
        } catch let error as AWSError {
            throw error
        } catch {
            throw .service("The request could not be read: \(error)")
        }
    }

    func data(_ request: HTTPRequest, _ operation: String) async throws(AWSError) -> Data {
        do throws(RequestBodyError) {
            return try await request.body.collect(limit: LambdaLimits.codeRequest).withUnsafeBytes { Data($0) }
        } catch .tooLarge {
            throw .requestTooLarge(
                "Request must be smaller than \(LambdaLimits.codeRequest) bytes for the \(operation) operation")
        } catch {
            throw .invalidRequestContent("Could not parse request body into json: the body ended early")
        }
    }
}

extension FunctionRegistry {
    /// The ARN of what a caller named, with its qualifier.
    func arn(of name: FunctionName) -> String {
        name.qualifier.map { "\(arn(of: name.name)):\($0)" } ?? arn(of: name.name)
    }
}

extension FunctionRegistry.Function {
    /// All versions as lists show them, `$LATEST` first.
    fileprivate var documents: [[UInt8]] {
        ([latest] + published).map { $0.document(arn: $0.qualifiedARN, .listed) }
    }
}

extension HTTPResponse {
    /// What an operation without an output answers.
    static func noContent(_ requestID: String) -> HTTPResponse {
        HTTPResponse(status: 204, headers: ["x-amzn-RequestId": requestID])
    }
}
