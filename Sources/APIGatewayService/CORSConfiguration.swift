// SPDX-License-Identifier: Apache-2.0
import HTTP1
import HTTPServer

/// What an HTTP API lets web pages of other origins do
/// (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html).
public struct CORSConfiguration: Sendable, Equatable {
    /// Whether pages may send cookies.
    public var allowCredentials = false
    /// The headers that pages may send; `*` for all.
    public var allowHeaders: [String] = []
    /// The methods that pages may use; `*` for all.
    public var allowMethods: [String] = []
    /// The origins of the pages; `*` for all, `https://*` for all of that scheme.
    public var allowOrigins: [String] = []
    /// The headers that pages may read.
    public var exposeHeaders: [String] = []
    /// How long browsers may remember what is allowed, in seconds.
    public var maxAge: Int?

    /// Allows nothing yet.
    public init() {}

    /// - Throws: ``HTTPAPIError`` for what API Gateway does not take.
    func validate() throws(HTTPAPIError) {
        // Wording: what users got for it (github.com/aws/aws-cdk/issues/9076).
        guard !allowCredentials || !allowOrigins.contains("*") else {
            throw HTTPAPIError("allow-credentials is not supported if 'allow-origin' is *")
        }
    }

    /// The answer to a preflight request, which no route is asked for; nil for any other request.
    ///
    /// AWS documents no status; users report 204. One from an origin that is not allowed gets no CORS header.
    func preflight(_ request: HTTPRequest) -> HTTPResponse? {
        guard request.method == "OPTIONS", request.headers.contains("access-control-request-method"),
            let origin = request.headers["origin"]
        else { return nil }
        var response = HTTPResponse(status: 204)
        guard allow(origin, &response.headers) else { return response }
        add("access-control-allow-methods", allowMethods, to: &response.headers)
        add("access-control-allow-headers", allowHeaders, to: &response.headers)
        if let maxAge { response.headers.add("access-control-max-age", String(maxAge)) }
        return response
    }

    /// Gives the response to a request of some origin its headers, in place of those that the function set.
    func apply(to response: inout HTTPResponse, origin: String?) {
        for name in Self.headers where response.headers.contains(name) { response.headers.remove(name) }
        guard let origin, allow(origin, &response.headers) else { return }
        add("access-control-expose-headers", exposeHeaders, to: &response.headers)
    }

    private static let headers = [
        "access-control-allow-origin", "access-control-allow-credentials", "access-control-allow-methods",
        "access-control-allow-headers", "access-control-expose-headers", "access-control-max-age",
    ]

    /// - Returns: whether the origin is allowed.
    private func allow(_ origin: String, _ headers: inout HTTPHeaders) -> Bool {
        if allowOrigins.contains("*") {
            headers.add("access-control-allow-origin", "*")
        } else if allowOrigins.contains(where: { Self.pattern($0, covers: origin) }) {
            headers.add("access-control-allow-origin", origin)
        } else {
            return false
        }
        if allowCredentials { headers.add("access-control-allow-credentials", "true") }
        return true
    }

    private static func pattern(_ pattern: String, covers origin: String) -> Bool {
        pattern == origin || (pattern.hasSuffix("://*") && origin.hasPrefix(pattern.dropLast()))
    }

    private func add(_ name: String, _ values: [String], to headers: inout HTTPHeaders) {
        if !values.isEmpty { headers.add(name, values.joined(separator: ",")) }
    }
}
