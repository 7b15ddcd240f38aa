// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import Foundation
import HTTP1
import HTTPServer

/// The Extensions API of one environment and the APIs by which extensions subscribe to telemetry, on the same listener
/// as its Runtime API (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html).
struct ExtensionsAPI: HTTPHandler {
    let pool: ExecutionPool
    let environment: Int

    /// More than any request here needs.
    static let longestBody = 64 * 1024

    private static let methods = [
        "/2020-01-01/extension/register": "POST", "/2020-01-01/extension/event/next": "GET",
        "/2020-01-01/extension/init/error": "POST", "/2020-01-01/extension/exit/error": "POST",
        "/2022-07-01/telemetry": "PUT", "/2020-08-15/logs": "PUT",
    ]

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        guard let method = Self.methods[request.path] else {
            return HTTPResponse(
                status: 404,
                headers: ["Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff"],
                body: "404 page not found\n")
        }
        guard request.method == method else { return HTTPResponse(status: 405, headers: ["Allow": method]) }
        do throws(RuntimeAPIError) {
            return switch request.path {
            case "/2020-01-01/extension/register": try await register(request)
            case "/2020-01-01/extension/event/next":
                try await pool.extensionNext(by: try Self.identifier(in: request), in: environment)
            case "/2020-01-01/extension/init/error": try await report(request, inInit: true)
            case "/2020-01-01/extension/exit/error": try await report(request, inInit: false)
            case "/2020-08-15/logs": try await subscribe(request, .logs)
            default: try await subscribe(request, .telemetry)
            }
        } catch {
            return error.response
        }
    }

    private func subscribe(_ request: HTTPRequest, _ api: TelemetryAPI) async throws(RuntimeAPIError) -> HTTPResponse {
        let id = try Self.identifier(in: request)
        let body = (try? await request.body.collect(limit: Self.longestBody)) ?? Bytes()
        return try await pool.subscribe(id, to: api, body.array, in: environment)
    }

    private struct Registration: Decodable {
        var events: [String]?
        var configurationKeys: [String]?
    }

    private func register(_ request: HTTPRequest) async throws(RuntimeAPIError) -> HTTPResponse {
        guard let name = request.headers["Lambda-Extension-Name"], !name.isEmpty else { throw .emptyExtensionName }
        let body = (try? await request.body.collect(limit: Self.longestBody)) ?? Bytes()
        guard !body.isEmpty else { throw .invalidRequestFormat("unexpected end of JSON input") }
        guard let registration = try? JSONDecoder().decode(Registration.self, from: Data(body.array)) else {
            throw .invalidRequestFormat("the body is not a registration in JSON")
        }
        guard registration.configurationKeys?.isEmpty ?? true else {
            throw .invalidRequestFormat("configurationKeys are deprecated; use environment variables instead")
        }
        let features = (request.headers["Lambda-Extension-Accept-Feature"] ?? "").split(separator: ",")
        return try await pool.registerExtension(
            name, events: registration.events ?? [],
            withAccount: features.contains { $0.trimming(" ") == "accountId" }, in: environment)
    }

    private func report(_ request: HTTPRequest, inInit: Bool) async throws(RuntimeAPIError) -> HTTPResponse {
        let id = try Self.identifier(in: request)
        guard let type = request.headers["Lambda-Extension-Function-Error-Type"], !type.isEmpty else {
            throw .missingErrorType
        }
        return try await pool.extensionFailed(id, type: type, inInit: inInit, in: environment)
    }

    /// The identifier that a request names, which is a UUID.
    static func identifier(in request: HTTPRequest) throws(RuntimeAPIError) -> String {
        guard let text = request.headers["Lambda-Extension-Identifier"], !text.isEmpty else {
            throw .missingExtensionIdentifier
        }
        guard let id = UUID(uuidString: text) else { throw .invalidExtensionIdentifier }
        return id.uuidString.lowercased()
    }
}

extension Substring {
    fileprivate func trimming(_ character: Character) -> Substring {
        var text = drop { $0 == character }
        while text.last == character { text.removeLast() }
        return text
    }
}
