// SPDX-License-Identifier: Apache-2.0
import HTTP1
package import HTTPServer

/// What web pages of other origins may do with a resource
/// (https://fetch.spec.whatwg.org/#http-cors-protocol).
///
/// Pure.
public struct CORSRules: Sendable, Equatable, Codable {
    /// Whether requests may carry cookies and the like; nil is no.
    public var allowCredentials: Bool?
    /// Headers that requests may have; `*` for all.
    public var allowHeaders: [String]
    /// Methods that requests may use; `*` for all.
    public var allowMethods: [String]
    /// Origins such as `https://www.example.com`; `*` for all, `https://*` for all of that scheme.
    public var allowOrigins: [String]
    /// Headers of the response that pages may read.
    public var exposeHeaders: [String]
    /// For how many seconds a browser may keep what a preflight told it.
    public var maxAge: Int?

    /// Nothing is allowed by default.
    public init(
        allowCredentials: Bool? = nil, allowHeaders: [String] = [], allowMethods: [String] = [],
        allowOrigins: [String] = [], exposeHeaders: [String] = [], maxAge: Int? = nil
    ) {
        self.allowCredentials = allowCredentials
        self.allowHeaders = allowHeaders
        self.allowMethods = allowMethods
        self.allowOrigins = allowOrigins
        self.exposeHeaders = exposeHeaders
        self.maxAge = maxAge
    }

    /// The answer to a preflight request; nil for any other request.
    ///
    /// An origin that is not allowed is told nothing, which is a refusal to a browser.
    ///
    /// - Parameter status: of the answer.
    package func preflight(_ request: HTTPRequest, status: Int) -> HTTPResponse? {
        guard request.method == "OPTIONS", let origin = request.headers["origin"],
            request.headers.contains("access-control-request-method")
        else { return nil }
        var response = HTTPResponse(status: status)
        guard allows(origin) else { return response }
        add(origin, to: &response.headers)
        add("access-control-allow-methods", allowMethods, to: &response.headers)
        add("access-control-allow-headers", allowHeaders, to: &response.headers)
        if let maxAge { response.headers.add("access-control-max-age", String(maxAge)) }
        return response
    }

    /// Adds what a page may do with the response to its request, in place of what the function says of that.
    ///
    /// - Returns: whether pages of the origin may do anything at all; if not, nothing is changed.
    @discardableResult
    package func apply(to response: inout HTTPResponse, origin: String?) -> Bool {
        guard let origin, allows(origin) else { return false }
        Self.strip(&response)
        add(origin, to: &response.headers)
        add("access-control-expose-headers", exposeHeaders, to: &response.headers)
        return true
    }

    /// Takes off what a function says of other origins.
    package static func strip(_ response: inout HTTPResponse) {
        for name in headers where response.headers.contains(name) { response.headers.remove(name) }
    }

    private static let headers = [
        "access-control-allow-origin", "access-control-allow-credentials", "access-control-allow-methods",
        "access-control-allow-headers", "access-control-expose-headers", "access-control-max-age",
    ]

    private func allows(_ origin: String) -> Bool {
        allowOrigins.contains { allowed in
            if allowed == "*" { return true }
            if allowed.hasSuffix("://*") { return origin.hasPrefix(allowed.dropLast()) }
            return allowed.lowercased() == origin.lowercased()
        }
    }

    private func add(_ origin: String, to headers: inout HTTPHeaders) {
        let isForAnybody = allowOrigins.contains("*") && allowCredentials != true
        headers.add("access-control-allow-origin", isForAnybody ? "*" : origin)
        if allowCredentials == true { headers.add("access-control-allow-credentials", "true") }
        // What is cached for one origin is not for another.
        if !isForAnybody { headers.add("vary", "Origin") }
    }

    private func add(_ name: String, _ values: [String], to headers: inout HTTPHeaders) {
        if !values.isEmpty { headers.add(name, values.joined(separator: ",")) }
    }
}
