// SPDX-License-Identifier: Apache-2.0

// The routes of an API as OpenAPI describes them, with API Gateway's extensions.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-open-api.html
extension ApplicationReader {
    private static let methods: Set<String> = [
        "get", "put", "post", "delete", "options", "head", "patch", "trace", "x-amazon-apigateway-any-method",
    ]

    private static let integrationTable = PropertyTable(
        executed: ["type", "uri", "payloadFormatVersion", "timeoutInMillis"],
        noted: ["httpMethod", "connectionType", "passthroughBehavior"],
        rejected: [
            "credentials": "integrations are functions that permissions open",
            "requestParameters": "requests are passed on as they are",
            "responseParameters": "responses are passed on as they are",
        ])

    /// Adds what a definition says of routes and CORS, resolved.
    mutating func read(_ definition: Located, into api: inout HTTPAPIResource) throws(Fault) {
        guard definition.node.members != nil else { throw definition.fault("expected an OpenAPI definition") }
        if let title = definition.node["info"]?["title"]?.scalar { api.name = title }
        if let description = definition.node["info"]?["description"]?.scalar { api.description = description }
        if let cors = definition.node["x-amazon-apigateway-cors"] {
            api.cors = try self.cors(
                openAPI: Located(node: cors, path: definition.path.member("x-amazon-apigateway-cors")))
        }
        let paths = definition.path.member("paths")
        for path in definition.node["paths"]?.members ?? [] {
            let place = Located(node: path.value, path: paths.member(path.key))
            guard let operations = path.value.members else { throw place.fault("expected an object") }
            for operation in operations where Self.methods.contains(operation.key) {
                let located = Located(node: operation.value, path: place.path.member(operation.key))
                api.routes.append(try route(operation.key, path.key, located))
            }
        }
    }

    private mutating func route(
        _ method: String, _ path: String, _ operation: Located
    ) throws(Fault) -> HTTPAPIResource.Route {
        let name = "x-amazon-apigateway-integration"
        guard let node = operation.node[name] else { throw operation.fault("\(name) is missing") }
        if let security = operation.node["security"], security.items?.isEmpty == false {
            throw Located(node: security, path: operation.path.member("security")).fault(
                "not supported: routes are open to everybody here")
        }
        let integration = try fields(
            Located(node: node, path: operation.path.member(name)), Self.integrationTable)
        if let type = integration["type"], try type.asText().lowercased() != "aws_proxy" {
            throw type.fault("not supported: integrations are functions, aws_proxy")
        }
        let verb = method == "x-amazon-apigateway-any-method" ? "ANY" : method.uppercased()
        let key = path == "/$default" || path == "$default" ? "$default" : "\(verb) \(path)"
        var route = try route(key, to: try integration.required("uri"), operation)
        route.payloadFormatVersion = try integration.text("payloadFormatVersion", oneOf: ["1.0", "2.0"]) ?? "1.0"
        route.timeoutMilliseconds = try integration.integer("timeoutInMillis", in: 50...30_000) ?? 30_000
        return route
    }

    private mutating func cors(openAPI value: Located) throws(Fault) -> HTTPAPIResource.CORS {
        let fields = try self.fields(
            value,
            PropertyTable(executed: [
                "allowCredentials", "allowHeaders", "allowMethods", "allowOrigins", "exposeHeaders", "maxAge",
            ]))
        var cors = HTTPAPIResource.CORS()
        cors.allowCredentials = try fields.bool("allowCredentials") ?? false
        cors.allowHeaders = try fields.texts("allowHeaders")
        cors.allowMethods = try fields.texts("allowMethods")
        cors.allowOrigins = try fields.texts("allowOrigins")
        cors.exposeHeaders = try fields.texts("exposeHeaders")
        cors.maxAge = try fields.integer("maxAge", in: -1...86_400)
        return cors
    }
}
