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
            return HTTPResponse(status: 204, headers: ["x-amzn-RequestId": requestID])
        case .deleteConcurrency(let text):
            try await deleteConcurrency(of: text)
            return HTTPResponse(status: 204, headers: ["x-amzn-RequestId": requestID])
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
            return HTTPResponse(status: 204, headers: ["x-amzn-RequestId": requestID])
        case .addPermission(let text):
            let json = try await addPermission(to: registry.name(text, qualifier: query["Qualifier"]), request)
            return HTTPResponse(status: 201, json: json, requestID: requestID)
        case .removePermission(let text, let statement):
            let name = try registry.name(text, qualifier: query["Qualifier"])
            try registry.removePermission(statement, from: name, revision: query["RevisionId"])
            return HTTPResponse(status: 204, headers: ["x-amzn-RequestId": requestID])
        case .createFunction, .publishVersion, .createAlias:
            return HTTPResponse(status: 201, json: try await change(route, request), requestID: requestID)
        case .updateFunctionCode:
            return HTTPResponse(status: 200, json: try await change(route, request), requestID: requestID)
        default:
            return HTTPResponse(status: 200, json: try read(route, query), requestID: requestID)
        }
    }

    private func read(_ route: Route, _ query: QueryString) throws(AWSError) -> [UInt8] {
        switch route {
        case .getFunction(let text):
            let name = try registry.name(text, qualifier: query["Qualifier"])
            let version = try registry.version(name)
            return version.functionDocument(
                qualified: name.qualifier != nil,
                reservedConcurrency: registry.functions[name.name]?.reservedConcurrency)
        case .getFunctionConfiguration(let text):
            let name = try registry.name(text, qualifier: query["Qualifier"])
            return try registry.version(name).document(qualified: name.qualifier != nil)
        case .listFunctions:
            return try listFunctions(query)
        case .listVersions(let text):
            let function = try registry.function(registry.name(text).name)
            let versions = ([function.latest] + function.published).map { $0.document(qualified: true) }
            return try page(versions, query).json("Versions")
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
        case .createFunction, .deleteFunction, .updateFunctionCode, .publishVersion, .createAlias, .putConcurrency,
            .deleteConcurrency, .getProvisionedConcurrency, .putProvisionedConcurrency, .deleteProvisionedConcurrency,
            .addPermission, .removePermission:
            preconditionFailure("an operation that changes functions is not a read")
        }
    }

    private func listFunctions(_ query: QueryString) throws(AWSError) -> [UInt8] {
        let allVersions = query["FunctionVersion"]
        guard allVersions == nil || allVersions == "ALL" else {
            throw .validation(
                allVersions ?? "", at: "functionVersion", "Member must satisfy enum value set: [ALL]")
        }
        let functions = registry.functions.sorted { $0.key < $1.key }.map(\.value)
        let documents = functions.flatMap { function in
            allVersions == nil
                ? [function.latest.document(qualified: false)]
                : ([function.latest] + function.published).map { $0.document(qualified: true) }
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

    // MARK: Changes

    private func change(_ route: Route, _ request: HTTPRequest) async throws(AWSError) -> [UInt8] {
        switch route {
        case .createFunction: return try await createFunction(request)
        case .updateFunctionCode(let text): return try await updateCode(of: text, request)
        case .publishVersion(let text):
            let body = try ControlPlaneRequest.read(
                PublishVersionRequest.self, try await data(request, "PublishVersion"))
            let name = try registry.name(text).name
            try check(revision: body.RevisionId, of: name)
            return try registry.publish(
                name, description: body.Description, codeSHA256: body.CodeSha256, now: now
            ).document(qualified: true)
        case .createAlias(let text):
            let body = try ControlPlaneRequest.read(CreateAliasRequest.self, try await data(request, "CreateAlias"))
            let name = try registry.name(text).name
            return try registry.createAlias(
                body.Name, of: name, version: body.FunctionVersion, description: body.Description ?? "",
                weights: body.RoutingConfig?.AdditionalVersionWeights ?? [:]
            ).document(functionARN: registry.arn(of: name))
        default: preconditionFailure("an operation that reads changes nothing")
        }
    }

    private func createFunction(_ request: HTTPRequest) async throws(AWSError) -> [UInt8] {
        let body = try ControlPlaneRequest.read(
            CreateFunctionRequest.self, try await data(request, "CreateFunction"),
            unsupported: CreateFunctionRequest.unsupported)
        let name = try registry.name(body.FunctionName).name
        guard registry.functions[name] == nil else { throw .resourceConflict("Function already exist: \(name)") }
        let code = try await unpack(try zip(of: body))
        // Another request may have made it while this one unpacked: then this throws.
        let version = try registry.create(
            FunctionConfiguration(
                name: name, runtime: try .init(named: body.Runtime ?? "null"), handler: body.Handler ?? "bootstrap",
                description: body.Description ?? "", role: body.Role ?? "", timeoutSeconds: body.Timeout ?? 3,
                memoryMegabytes: body.MemorySize ?? 128, environment: body.Environment?.Variables ?? [:], code: code),
            now: now)
        guard body.Publish == true else { return version.document(qualified: false, .creating) }
        return try registry.publish(name, now: now).document(qualified: true, .creating)
    }

    private func zip(of body: CreateFunctionRequest) throws(AWSError) -> Data {
        guard body.PackageType ?? "Zip" == "Zip", body.Code.ImageUri == nil else {
            throw .invalidParameter("PackageType Image is not supported by this emulator.")
        }
        _ = try FunctionConfiguration.Runtime(named: body.Runtime ?? "null")
        if let architectures = body.Architectures, architectures != [Architecture.ofThisMachine] {
            throw .invalidParameter(
                "Architectures \(architectures) is not supported by this emulator: functions run on this machine, which is "
                    + "\(Architecture.ofThisMachine).")
        }
        guard let zip = body.Code.ZipFile else {
            throw .invalidParameter(
                body.Code.S3Bucket == nil
                    ? "Please provide a source for function code."
                    : "Code from a bucket is not supported by this emulator; send it as ZipFile.")
        }
        return zip
    }

    private func updateCode(of text: String, _ request: HTTPRequest) async throws(AWSError) -> [UInt8] {
        let name = try registry.name(text).name
        _ = try registry.function(name)
        let body = try ControlPlaneRequest.read(
            UpdateFunctionCodeRequest.self, try await data(request, "UpdateFunctionCode"),
            unsupported: UpdateFunctionCodeRequest.unsupported)
        try check(revision: body.RevisionId, of: name)
        guard let zip = body.ZipFile else { throw .invalidParameter("Please provide a source for function code.") }
        let code = try await unpack(zip)
        guard body.DryRun != true else { return try registry.function(name).latest.document(qualified: false) }
        let (old, new) = try registry.update(name, now: now) { $0.code = code }
        await pool.retire(old, successor: new)
        guard body.Publish == true else { return new.document(qualified: false) }
        return try registry.publish(name, now: now).document(qualified: true)
    }

    private func deleteFunction(_ name: FunctionName) async throws(AWSError) {
        let gone = try registry.delete(name)
        for version in gone { await pool.retire(version, successor: nil) }
        if name.qualifier == nil, let function = gone.first?.functionID { await pool.delete(function: function) }
        registry.forgetProvisionedForNothing(name.name)
    }

    private func check(revision: String?, of name: String) throws(AWSError) {
        guard let revision, revision != (try registry.function(name).latest.revisionID) else { return }
        throw AWSError(
            "PreconditionFailedException",
            "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve "
                + "the latest Revision Id",
            status: 412)
    }

    private func unpack(_ zip: Data) async throws(AWSError) -> FunctionCode {
        do {
            let directory = options.codeDirectory
            return try await loop.offload { try DeploymentPackage(zip: Bytes(zip)).unpack(into: directory) }
        } catch let error as AWSError {
            throw error
        } catch {
            report("code could not be unpacked: \(error)")
            throw .service("The code could not be stored: \(error)")
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
