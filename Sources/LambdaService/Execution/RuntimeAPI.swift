// SPDX-License-Identifier: Apache-2.0
import Buffers
import Glibc
import HTTP1
import HTTPServer

/// The Runtime API of one environment
/// (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html).
struct RuntimeAPI: HTTPHandler {
    let pool: ExecutionPool
    let environment: Int

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        switch Route(path: request.path) {
        case .next where request.method == "GET":
            await pool.nextRequested(by: environment)
        case .response(let id) where request.method == "POST":
            await resultPosted(id, isError: false, request)
        case .error(let id) where request.method == "POST":
            await resultPosted(id, isError: true, request)
        case .initError where request.method == "POST":
            await pool.initErrorPosted(by: environment, request)
        case .ping where request.method == "GET":
            HTTPResponse(status: 200, headers: ["Content-Type": "text/plain; charset=utf-8"], body: "pong")
        case nil:
            await ExtensionsAPI(pool: pool, environment: environment).respond(to: request)
        case .next, .ping:
            HTTPResponse(status: 405, headers: ["Allow": "GET"])
        case .response, .error, .initError:
            HTTPResponse(status: 405, headers: ["Allow": "POST"])
        }
    }

    private func resultPosted(_ id: Substring, isError: Bool, _ request: HTTPRequest) async -> HTTPResponse {
        if let answer = pool.takeArrivedResult(by: environment, requestID: id, isError: isError, request) {
            return answer
        }
        return await pool.resultPosted(by: environment, requestID: id, isError: isError, request)
    }

    enum Route: Equatable {
        case next
        case response(Substring)
        case error(Substring)
        case initError
        /// What early runtimes asked; AWS's server has kept it.
        case ping

        private static let pingPath: StaticString = "/2018-06-01/ping"
        private static let prefix: StaticString = "/2018-06-01/runtime/"
        private static let invocation: StaticString = "invocation/"

        init?(path: String) {
            // As bytes: each invocation comes by here twice.
            var path = path
            let found = path.withUTF8 { path -> (Route, id: Range<Int>)? in
                guard path.hasPrefix(Self.prefix) else { return path.equals(Self.pingPath) ? (.ping, 0..<0) : nil }
                let start = Self.prefix.utf8CodeUnitCount
                let rest = UnsafeBufferPointer(rebasing: path[start...])
                if rest.equals("invocation/next") { return (.next, 0..<0) }
                if rest.equals("init/error") { return (.initError, 0..<0) }
                guard rest.hasPrefix(Self.invocation) else { return nil }
                let idStart = start + Self.invocation.utf8CodeUnitCount
                guard let idEnd = path[idStart...].firstIndex(of: UInt8(ascii: "/")) else { return nil }
                let verb = UnsafeBufferPointer(rebasing: path[(idEnd + 1)...])
                if verb.equals("response") { return (.response(""), idStart..<idEnd) }
                if verb.equals("error") { return (.error(""), idStart..<idEnd) }
                return nil
            }
            guard let found else { return nil }
            func id() -> Substring {
                let start = path.utf8.index(path.startIndex, offsetBy: found.id.lowerBound)
                return path[start..<path.utf8.index(start, offsetBy: found.id.count)]
            }
            switch found.0 {
            case .next, .initError, .ping: self = found.0
            case .response: self = .response(id())
            case .error: self = .error(id())
            }
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    func hasPrefix(_ text: StaticString) -> Bool {
        count >= text.utf8CodeUnitCount && memcmp(baseAddress!, text.utf8Start, text.utf8CodeUnitCount) == 0
    }

    func hasSuffix(_ text: StaticString) -> Bool {
        count >= text.utf8CodeUnitCount
            && memcmp(baseAddress! + count - text.utf8CodeUnitCount, text.utf8Start, text.utf8CodeUnitCount) == 0
    }

    func equals(_ text: StaticString) -> Bool {
        count == text.utf8CodeUnitCount && hasPrefix(text)
    }
}

extension RuntimeAPIError {
    var response: HTTPResponse {
        HTTPResponse(status: status, headers: ["Content-Type": "application/json"], body: body)
    }
}

extension HTTPResponse {
    /// What the Runtime API answers to what it has taken.
    static let accepted = HTTPResponse(
        status: 202, headers: ["Content-Type": "application/json"], body: "{\"status\":\"OK\"}")
}
