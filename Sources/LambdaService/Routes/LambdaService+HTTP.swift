// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import HTTP1
public import HTTPServer
import ServiceProtocols
import ServiceWire

extension LambdaService: HTTPHandler {
    /// Answers one request of the Lambda API.
    public func respond(to request: HTTPRequest) async -> HTTPResponse {
        let requestID = environment.makeID()
        do throws(AWSError) {
            if request.method == "POST", let function = InvokePath.function(in: request.path) {
                return try await invoke(function, request, requestID)
            }
            if request.method == "POST", let function = ResponseStreamPath.function(in: request.path) {
                return try await invokeWithResponseStream(function, request, requestID)
            }
            if let route = FunctionURLRoute(request.method, request.path) {
                return try await respond(to: route, request, requestID)
            }
            if let digest = CodePath.digest(in: request.path) { return try await respond(toDownloadOf: digest) }
            guard let route = Route(request.method, request.path) else { throw .unknownOperation }
            let response = try await respond(to: route, request, requestID)
            try await saveChanges()
            return response
        } catch {
            return HTTPResponse(error.lambdaResponse(requestID: requestID))
        }
    }
}

/// The path of Invoke: it is looked at before all others.
enum InvokePath {
    private static let prefix: StaticString = "/2015-03-31/functions/"
    private static let suffix: StaticString = "/invocations"

    /// The function's name as it stands in the path, percent-decoded; nil for any other path.
    static func function(in path: String) -> String? {
        var path = path
        let range = path.withUTF8 { path -> Range<Int>? in
            guard path.hasPrefix(prefix), path.hasSuffix(suffix) else { return nil }
            let (start, end) = (prefix.utf8CodeUnitCount, path.count - suffix.utf8CodeUnitCount)
            guard start < end, !path[start..<end].contains(UInt8(ascii: "/")) else { return nil }
            return start..<end
        }
        guard let range else { return nil }
        let start = path.utf8.index(path.startIndex, offsetBy: range.lowerBound)
        return decoded(path[start..<path.utf8.index(start, offsetBy: range.count)])
    }
}

/// One segment of a path, percent-decoded where there is something to decode.
func decoded(_ segment: Substring) -> String {
    segment.utf8.contains(UInt8(ascii: "%")) ? URIEncoding.decodeLeniently(segment) : String(segment)
}

extension HTTPResponse {
    /// A JSON answer of the control plane.
    init(status: Int, json: [UInt8], requestID: String) {
        self.init(
            status: status, headers: ["Content-Type": "application/json", "x-amzn-RequestId": requestID],
            body: Bytes(json))
    }
}
