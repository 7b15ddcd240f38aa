// SPDX-License-Identifier: Apache-2.0
import Buffers
import HTTP1
import HTTPServer

extension ProxyEvent {
    /// The request's headers as a function sees them: names in lower case, values of one name joined by commas, cookies
    /// left to `cookies`, and what API Gateway adds.
    var headers: [String: String] {
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
    var cookies: [String]? {
        let cookies = request.headers.values("cookie")
            .flatMap { $0.split(separator: ";") }
            .map { String($0.drop { $0 == " " }) }
            .filter { !$0.isEmpty }
        return cookies.isEmpty ? nil : cookies
    }

    private var port: String {
        let host = request.headers["host"] ?? ""
        guard let colon = host.lastIndex(of: ":") else { return "80" }
        let digits = host[host.index(after: colon)...]
        return Int(digits) == nil ? "80" : String(digits)
    }
}
