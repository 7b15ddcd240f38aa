// SPDX-License-Identifier: Apache-2.0
import AWSWire
import EventLoop
import HTTPServer
public import ServiceProtocols

/// Layers (https://docs.aws.amazon.com/lambda/latest/api/API_PublishLayerVersion.html).
extension LambdaService {
    /// Makes version 1 of a layer: that of a template, which is the same at each start.
    ///
    /// - Throws: the error that PublishLayerVersion answers with.
    public func provideLayer(_ version: LayerVersion) throws(ServiceError) {
        do throws(AWSError) {
            _ = try LayerName(version.name)
            _ = layers.provide(version, now: now)
        } catch {
            throw ServiceError(error)
        }
    }

    func respond(
        to operation: Route.LayerOperation, _ request: HTTPRequest, _ requestID: String
    ) async throws(AWSError) -> HTTPResponse {
        let query = QueryString(parsing: request.query ?? "")
        switch operation {
        case .list where query["find"] == "LayerVersion": return answer(try versionByARN(query), requestID)
        case .list: return answer(try list(query), requestID)
        case .versions(let text): return answer(try listVersions(of: LayerName(text), query), requestID)
        case .publish(let text):
            return HTTPResponse(status: 201, json: try await publish(text, request), requestID: requestID)
        case .get(let text, let number):
            return answer(document(try layers.version(number, of: LayerName(text))), requestID)
        case .delete(let text, let number):
            try layers.delete(number, of: LayerName(text))
            return .noContent(requestID)
        }
    }

    private func answer(_ json: [UInt8], _ requestID: String) -> HTTPResponse {
        HTTPResponse(status: 200, json: json, requestID: requestID)
    }

    private func document(_ version: LayerVersion) -> [UInt8] {
        layers.document(version, location: location(of: version.code))
    }

    private func versionByARN(_ query: QueryString) throws(AWSError) -> [UInt8] {
        let text = query["Arn"] ?? ""
        guard let name = LayerName(versionARN: text), let number = name.number else {
            var violations = ConstraintViolations()
            violations.require(
                false, text, at: "arn", "Member must satisfy regular expression pattern: \(LayerName.versionPattern)")
            throw violations.error
        }
        return document(try layers.version(number, of: name))
    }

    private func list(_ query: QueryString) throws(AWSError) -> [UInt8] {
        let filter = try LayerFilter(query)
        let latest = layers.layers.sorted { $0.key < $1.key }.compactMap { $1.versions.last(where: filter.includes) }
        return try page(latest.map(layers.listed(layerOf:)), query).json("Layers")
    }

    private func listVersions(of name: LayerName, _ query: QueryString) throws(AWSError) -> [UInt8] {
        let filter = try LayerFilter(query)
        let versions = (layers.layers[name.name]?.versions ?? []).reversed().filter(filter.includes)
        return try page(versions.map { layers.listed($0) }, query).json("LayerVersions")
    }

    private func page(_ documents: [[UInt8]], _ query: QueryString) throws(AWSError) -> Page {
        try Page(of: documents, marker: query["Marker"], maxItems: query["MaxItems"], limit: 50)
    }

    private func publish(_ text: String, _ request: HTTPRequest) async throws(AWSError) -> [UInt8] {
        let name = try LayerName(text)
        let body = try await body(PublishLayerVersionRequest.self, of: request, "PublishLayerVersion")
        try body.check()
        let code = try await code(body.Content?.source)
        let version = LayerVersion(
            name: name.name, description: body.Description ?? "", compatibleRuntimes: body.CompatibleRuntimes ?? [],
            compatibleArchitectures: body.CompatibleArchitectures ?? [], licenseInfo: body.LicenseInfo, code: code)
        return document(layers.publish(version, now: now))
    }

    // MARK: Functions' layers

    /// The folder that stands for `/opt` of a function with some layers.
    ///
    /// - Throws: the error that CreateFunction answers with.
    func optFolder(of layers: [FunctionLayer]) async throws(AWSError) -> String? {
        guard layers.count > 1 else { return layers.first?.folder }
        let directory = options.codeDirectory
        do {
            return try await loop.offload { try OptFolder(layers: layers).make(in: directory) }
        } catch {
            report("layers could not be merged: \(error)")
            throw .service("The layers could not be merged: \(error)")
        }
    }
}

extension FunctionConfiguration {
    /// Checks that code and layers together are not too large.
    ///
    /// - Throws: the error that CreateFunction answers with, in AWS's words as users report them.
    func checkSize() throws(AWSError) {
        let size = layers.reduce(code.unzippedSize) { $0 + $1.unzippedSize }
        guard layers.isEmpty || size <= LambdaLimits.unzippedCode else {
            throw .invalidParameter(
                "Function code combined with layers exceeds the maximum allowed size of \(LambdaLimits.unzippedCode) "
                    + "bytes. The actual size is \(size) bytes.")
        }
    }
}
