// SPDX-License-Identifier: Apache-2.0
import AWSWire
package import Buffers
import HTTP1
package import HTTPServer

/// A request as events of payload format 2.0 tell of it, whichever front a function has: an HTTP API or a function URL.
///
/// Shape: AWS documentation, "Create AWS Lambda proxy integrations for HTTP APIs".
package struct ProxyRequest {
    package let request: HTTPRequest
    package let body: Bytes
    package let traceHeader: String

    package init(_ request: HTTPRequest, body: Bytes, traceHeader: String) {
        self.request = request
        self.body = body
        self.traceHeader = traceHeader
    }

    /// The request's headers as a function sees them: names in lower case, values of one name joined by commas, cookies
    /// left to `cookies`, and what the front adds.
    package var headers: [String: String] {
        var headers: [String: String] = [:]
        for (name, value) in request.headers {
            let name = name.lowercased()
            guard name != "cookie", name != "expect", !ProxyResponse.connectionHeaders.contains(name) else { continue }
            headers[name] = headers[name].map { "\($0),\(value)" } ?? value
        }
        headers["content-length"] = String(body.count)
        headers["x-amzn-trace-id"] = traceHeader
        headers["x-forwarded-for"] =
            headers["x-forwarded-for"].map { "\($0), \(request.remoteAddress)" } ?? request.remoteAddress
        headers["x-forwarded-proto"] = "http"
        headers["x-forwarded-port"] = port
        return headers
    }

    /// Each cookie of every `Cookie` header; nil when there is none.
    package var cookies: [String]? {
        let cookies = request.headers.values("cookie")
            .flatMap { $0.split(separator: ";") }
            .map { String($0.drop { $0 == " " }) }
            .filter { !$0.isEmpty }
        return cookies.isEmpty ? nil : cookies
    }

    /// The query, decoded, values of one name joined by commas; nil without one.
    package var queryStringParameters: [String: String]? {
        let parameters = QueryString(parsing: request.query ?? "").parameters
        guard !parameters.isEmpty else { return nil }
        return Dictionary(parameters.map { ($0.name, $0.value) }) { "\($0),\($1)" }
    }

    /// The body as an event has it; nil for none.
    ///
    /// AWS does not document which types count as text; users observed the list that it documents for load balancers.
    package var encodedBody: (text: String?, isBase64: Bool) {
        guard !body.isEmpty else { return (nil, false) }
        let type = (request.headers["content-type"] ?? "").prefix { $0 != ";" && $0 != " " }.lowercased()
        if type.hasPrefix("text/") || Self.textTypes.contains(type),
            let text = String(validating: body.array, as: UTF8.self)
        {
            return (text, false)
        }
        return (Base64.encode(body.array), true)
    }

    private static let textTypes: Set<String> = ["application/json", "application/javascript", "application/xml"]

    private var port: String {
        let host = request.headers["host"] ?? ""
        guard let colon = host.lastIndex(of: ":") else { return "80" }
        let digits = host[host.index(after: colon)...]
        return Int(digits) == nil ? "80" : String(digits)
    }
}
