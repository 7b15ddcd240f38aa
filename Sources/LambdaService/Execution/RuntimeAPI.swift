// SPDX-License-Identifier: Apache-2.0
import Buffers
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
            await pool.resultPosted(by: environment, requestID: id, isError: false, request)
        case .error(let id) where request.method == "POST":
            await pool.resultPosted(by: environment, requestID: id, isError: true, request)
        case .initError where request.method == "POST":
            await pool.initErrorPosted(by: environment, request)
        case nil:
            HTTPResponse(
                status: 404, headers: ["Content-Type": "text/plain; charset=utf-8"], body: "404 page not found\n")
        default:
            HTTPResponse(status: 405)
        }
    }

    enum Route: Equatable {
        case next
        case response(Substring)
        case error(Substring)
        case initError

        private static let prefix = "/2018-06-01/runtime/"
        private static let invocation = "invocation/"

        init?(path: String) {
            guard path.utf8.starts(with: Self.prefix.utf8) else { return nil }
            let rest = path.utf8.dropFirst(Self.prefix.utf8.count)
            if rest.elementsEqual("invocation/next".utf8) {
                self = .next
            } else if rest.starts(with: Self.invocation.utf8) {
                let id = rest.dropFirst(Self.invocation.utf8.count)
                guard let slash = id.firstIndex(of: UInt8(ascii: "/")) else { return nil }
                let verb = id[id.index(after: slash)...]
                if verb.elementsEqual("response".utf8) {
                    self = .response(Substring(id[..<slash]))
                } else if verb.elementsEqual("error".utf8) {
                    self = .error(Substring(id[..<slash]))
                } else {
                    return nil
                }
            } else if rest.elementsEqual("init/error".utf8) {
                self = .initError
            } else {
                return nil
            }
        }
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
