// SPDX-License-Identifier: Apache-2.0
import AWSWire
import HTTP1
import HTTPServer
import ProxyIntegration
public import ServiceProtocols

/// The operations on function URLs
/// (https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunctionUrlConfig.html).
extension LambdaService {
    /// Gives a function or an alias a URL.
    ///
    /// - Parameters:
    ///   - id: the first label of its host name; one is made when there is none.
    ///   - function: a name or an ARN; an ARN may end with an alias.
    /// - Returns: where it is served.
    /// - Throws: the error that CreateFunctionUrlConfig answers with.
    @discardableResult
    public func createFunctionURL(
        id: String? = nil, of function: String, qualifier: String? = nil, _ settings: FunctionURL.Settings
    ) throws(ServiceError) -> String {
        do throws(AWSError) {
            let name = try registry.name(function, qualifier: qualifier)
            return address(of: try createURL(id, of: name, settings))
        } catch {
            throw ServiceError(error)
        }
    }

    /// Where functions and aliases have URLs: each name, with its alias, and the address.
    public var functionURLs: [(function: String, url: String)] {
        registry.functions.sorted { $0.key < $1.key }.flatMap { name, function in
            function.urls.sorted { ($0.key ?? "") < ($1.key ?? "") }.map { alias, url in
                (alias.map { "\(name):\($0)" } ?? name, address(of: url))
            }
        }
    }

    func respond(
        to route: FunctionURLRoute, _ request: HTTPRequest, _ requestID: String
    ) async throws(AWSError) -> HTTPResponse {
        let query = QueryString(parsing: request.query ?? "")
        let qualifier = query["Qualifier"]
        switch route {
        case .create(let text):
            let body = try ControlPlaneRequest.read(
                FunctionURLRequest.self, try await data(request, "CreateFunctionUrlConfig"))
            guard let authType = try body.authType() else {
                throw .validation("null", at: "authType", "Member must not be null")
            }
            let mode = try body.invokeMode()
            let url = try createURL(
                nil, of: registry.name(text, qualifier: qualifier),
                .init(authType: authType, cors: try body.Cors?.settings(), invokeMode: mode ?? .buffered))
            return HTTPResponse(
                status: 201, json: document(of: url, tellsMode: mode != nil, tellsChange: false), requestID: requestID)
        case .get(let text):
            let url = try registry.url(of: registry.name(text, qualifier: qualifier))
            return HTTPResponse(status: 200, json: document(of: url), requestID: requestID)
        case .update(let text):
            let body = try ControlPlaneRequest.read(
                FunctionURLRequest.self, try await data(request, "UpdateFunctionUrlConfig"))
            let (authType, mode, cors) = (try body.authType(), try body.invokeMode(), try body.Cors?.settings())
            let url = try registry.updateURL(of: registry.name(text, qualifier: qualifier), now: now) { settings in
                if let authType { settings.authType = authType }
                if let mode { settings.invokeMode = mode }
                if body.Cors != nil { settings.cors = cors }
            }
            return HTTPResponse(
                status: 200, json: document(of: url, tellsMode: mode != nil), requestID: requestID)
        case .delete(let text):
            try registry.deleteURL(of: registry.name(text, qualifier: qualifier))
            return HTTPResponse(status: 204, headers: ["x-amzn-RequestId": requestID])
        case .list(let text):
            let urls = try registry.urls(of: registry.name(text)).map { document(of: $0) }
            let page = try Page(of: urls, marker: query["Marker"], maxItems: query["MaxItems"])
            return HTTPResponse(status: 200, json: page.json("FunctionUrlConfigs"), requestID: requestID)
        }
    }

    private func createURL(
        _ id: String?, of name: FunctionName, _ settings: FunctionURL.Settings
    ) throws(AWSError) -> FunctionURL {
        let url = try registry.createURL(id ?? FunctionURL.makeID(&random), of: name, settings, now: now)
        urlOwners[url.id] = name
        return url
    }

    func address(of url: FunctionURL) -> String {
        url.address(region: environment.region, port: edgePort)
    }

    /// The port of the emulator's edge, where function URLs are served.
    private var edgePort: Int {
        options.endpointURL.flatMap { $0.split(separator: ":").last }.flatMap { Int($0) } ?? 80
    }

    /// `FunctionUrlConfig` of the API.
    ///
    /// - Parameters:
    ///   - tellsMode: AWS tells the mode of what was created or changed only when the request has named it.
    ///   - tellsChange: whether the time of the last change is told, which is not so of what was created just now.
    private func document(of url: FunctionURL, tellsMode: Bool = true, tellsChange: Bool = true) -> [UInt8] {
        var json = JSONObjectWriter()
        json.add("FunctionUrl", address(of: url))
        json.add("FunctionArn", url.functionARN)
        json.add("AuthType", url.settings.authType.rawValue)
        if let cors = url.settings.cors { json.add("Cors", json: cors.document()) }
        json.add("CreationTime", ISO8601.format(url.created))
        if tellsChange { json.add("LastModifiedTime", ISO8601.format(url.modified)) }
        if tellsMode { json.add("InvokeMode", url.settings.invokeMode.rawValue) }
        return json.finish()
    }
}

extension CORSRules {
    /// `Cors` of the API.
    fileprivate func document() -> [UInt8] {
        var json = JSONObjectWriter()
        if let allowCredentials { json.add("AllowCredentials", json: "\(allowCredentials)".utf8) }
        for (name, items) in [
            ("AllowHeaders", allowHeaders), ("AllowMethods", allowMethods), ("AllowOrigins", allowOrigins),
            ("ExposeHeaders", exposeHeaders),
        ] where !items.isEmpty {
            json.add(name, texts: items)
        }
        if let maxAge { json.add("MaxAge", maxAge) }
        return json.finish()
    }
}
