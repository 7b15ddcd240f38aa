// SPDX-License-Identifier: Apache-2.0
import AWSWire
import JSON

extension Interpreter {
    /// An entry of a browser's archive; nil for what is no request of HTTP.
    ///
    /// Shape: HAR 1.2, http://www.softwareishard.com/blog/har-12-spec/.
    func archived(_ entry: JSONValue, index: Int) throws(Unreadable) -> Found? {
        guard let request = entry["request"], let method = request["method"]?.string, let url = request["url"]?.string
        else { throw Unreadable(reason: "this entry has no request with a method and a url") }
        guard url.hasPrefix("http://") || url.hasPrefix("https://"), let slashes = url.firstRange(of: "://") else {
            return nil
        }
        let rest = url[slashes.upperBound...].prefix { $0 != "#" }
        let host = rest.prefix { $0 != "/" && $0 != "?" }
        let target = rest[host.endIndex...]
        let path = target.prefix { $0 != "?" }
        let moment = entry["startedDateTime"]?.string.flatMap { ISO8601.parse($0) }
        var proxied = self.request(method, path.isEmpty ? "/" : String(path), moment, index)
        proxied.query = String(target[path.endIndex...].dropFirst())
        proxied.headers = Self.pairs(request["headers"]).filter { !$0.name.hasPrefix(":") }
        if proxied.header("host") == nil { proxied.headers.append(("Host", String(host))) }
        if let version = request["httpVersion"]?.string, version.hasPrefix("HTTP/") { proxied.protocolName = version }
        proxied.body = try Self.body(request["postData"])
        return Found(payload: Array(proxied.event(options.payloadFormat).text.utf8), moment: moment)
    }

    private static func body(_ data: JSONValue?) throws(Unreadable) -> [UInt8] {
        if let text = data?["text"]?.string {
            guard data?["encoding"]?.string == "base64" else { return Array(text.utf8) }
            guard let bytes = Base64.decode(text) else { throw Unreadable(reason: "the body is no base64") }
            return bytes
        }
        let fields = pairs(data?["params"]).map {
            "\(URIEncoding.encodeForm($0.name))=\(URIEncoding.encodeForm($0.value))"
        }
        return Array(fields.joined(separator: "&").utf8)
    }

    private static func pairs(_ list: JSONValue?) -> [(name: String, value: String)] {
        guard case .array(let items)? = list else { return [] }
        return items.compactMap { item in
            guard let name = item["name"]?.string else { return nil }
            return (name, item["value"]?.string ?? "")
        }
    }

    /// A line of an access log in JSON, whose members are named as the console suggests.
    ///
    /// Names: AWS documentation, "Variables for access logging for API Gateway".
    func logged(request value: JSONValue, index: Int) throws(Unreadable) -> Found {
        func text(_ names: String...) -> String? {
            names.compactMap { value[$0]?.scalarText }.first { !$0.isEmpty && $0 != "-" }
        }
        guard let method = text("httpMethod", "method") else {
            throw Unreadable(reason: "the line tells no httpMethod")
        }
        let route = text("resourcePath", "routeKey").map { $0.split(separator: " ").last.map(String.init) ?? $0 }
        let moment =
            text("requestTimeEpoch").flatMap { Int64($0) }
            ?? text("requestTime", "time").flatMap { AccessLogTime.parse($0) ?? ISO8601.parse($0) }
        var request = try self.request(method, path: text("path", "rawPath"), route: route, moment, index)
        request.protocolName = text("protocol") ?? request.protocolName
        request.sourceAddress = text("ip", "sourceIp") ?? request.sourceAddress
        request.requestID = text("requestId") ?? request.requestID
        request.apiID = text("apiId") ?? request.apiID
        request.stage = text("stage")
        if let host = text("domainName") { request.headers.append(("Host", host)) }
        if let agent = text("userAgent") { request.headers.append(("User-Agent", agent)) }
        return Found(payload: Array(request.event(options.payloadFormat).text.utf8), moment: moment)
    }

    /// A line of an access log in the common log format: `IP caller user [time] "GET /path HTTP/1.1" 200 10 id`.
    func logged(line: [UInt8], index: Int) throws(Unreadable) -> Found {
        let line = String(decoding: line, as: UTF8.self)
        let parts = line.split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let open = parts[0].firstIndex(of: "["), let close = parts[0].lastIndex(of: "]"),
            open < close, let moment = AccessLogTime.parse(parts[0][parts[0].index(after: open)..<close])
        else { throw Unreadable(reason: "this is no line of the common log format") }
        let words = parts[1].split(separator: " ")
        guard words.count >= 3, let method = words.first, let version = words.last else {
            throw Unreadable(reason: "this is no line of the common log format")
        }
        let path = words.first { $0.hasPrefix("/") }.map(String.init)
        var request = try self.request(String(method), path: nil, route: path, moment, index)
        request.protocolName = String(version)
        if let address = parts[0].split(separator: " ").first, address != "-" {
            request.sourceAddress = String(address)
        }
        let rest = parts[2].split(separator: " ")
        if rest.count >= 3 { request.requestID = String(rest[2]) }
        return Found(payload: Array(request.event(options.payloadFormat).text.utf8), moment: moment)
    }

    private func request(
        _ method: String, path: String?, route: String?, _ moment: Int64?, _ index: Int
    ) throws(Unreadable) -> ProxiedRequest {
        guard let target = path ?? route, target.hasPrefix("/") else {
            throw Unreadable(reason: "the line tells no path: log $context.path")
        }
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var request = self.request(method, String(parts[0]), moment, index)
        if parts.count == 2 { request.query = String(parts[1]) }
        if let route, route.hasPrefix("/") { request.routePath = route }
        return request
    }

    private func request(_ method: String, _ path: String, _ moment: Int64?, _ index: Int) -> ProxiedRequest {
        ProxiedRequest(
            method: method, path: path, moment: moment ?? 0, requestID: "request-\(index + 1)", place: options.place,
            apiID: "a1b2c3d4e5")
    }
}
