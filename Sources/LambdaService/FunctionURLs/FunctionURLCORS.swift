// SPDX-License-Identifier: Apache-2.0
import HTTP1
import HTTPServer

/// Which pages of other origins may call a function URL
/// (https://docs.aws.amazon.com/lambda/latest/api/API_Cors.html).
///
/// Pure.
public struct FunctionURLCORS: Sendable, Equatable, Codable {
    /// Whether requests may carry cookies and the like.
    public var allowCredentials: Bool?
    /// Headers that requests may have.
    public var allowHeaders: [String]
    /// `GET`, `PUT`, `HEAD`, `POST`, `PATCH`, `DELETE`, or `*`.
    public var allowMethods: [String]
    /// Origins such as `https://www.example.com`, or `*`.
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

    /// Methods that may be allowed; of these, browsers ask nobody before GET, HEAD and POST.
    static let methods: Set = ["GET", "PUT", "HEAD", "POST", "PATCH", "DELETE", "*"]

    /// The answer to a preflight (https://fetch.spec.whatwg.org/#http-cors-protocol); nil for any other request.
    ///
    /// An origin that is not allowed is told nothing, which is a refusal to a browser.
    func preflight(_ request: HTTPRequest) -> HTTPResponse? {
        guard request.method == "OPTIONS", let origin = request.headers["origin"],
            request.headers.contains("access-control-request-method")
        else { return nil }
        var response = HTTPResponse(status: 200)
        guard allows(origin) else { return response }
        addOrigin(origin, to: &response.headers)
        if !allowMethods.isEmpty {
            response.headers.add("access-control-allow-methods", allowMethods.joined(separator: ","))
        }
        if !allowHeaders.isEmpty {
            response.headers.add("access-control-allow-headers", allowHeaders.joined(separator: ","))
        }
        if let maxAge { response.headers.add("access-control-max-age", String(maxAge)) }
        return response
    }

    /// Adds what the page that sent a request may do with its answer; the function's own fields of these names go.
    func apply(to response: inout HTTPResponse, for request: HTTPRequest) {
        guard let origin = request.headers["origin"], allows(origin) else { return }
        for name in ["origin", "credentials", "methods", "headers"] {
            response.headers.remove("access-control-allow-\(name)")
        }
        addOrigin(origin, to: &response.headers)
        guard !exposeHeaders.isEmpty else { return }
        response.headers["access-control-expose-headers"] = exposeHeaders.joined(separator: ",")
    }

    private func addOrigin(_ origin: String, to headers: inout HTTPHeaders) {
        let isForAnybody = allowOrigins.contains("*") && allowCredentials != true
        headers.add("access-control-allow-origin", isForAnybody ? "*" : origin)
        if allowCredentials == true { headers.add("access-control-allow-credentials", "true") }
        if !isForAnybody { headers.add("vary", "Origin") }
    }

    private func allows(_ origin: String) -> Bool {
        allowOrigins.contains { allowed in
            // `https://*` is any origin of that scheme.
            if allowed.hasSuffix("*") { return origin.hasPrefix(allowed.dropLast()) }
            return allowed.lowercased() == origin.lowercased()
        }
    }
}
