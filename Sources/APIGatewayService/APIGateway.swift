// SPDX-License-Identifier: Apache-2.0
public import EventLoop
public import HTTPServer
public import ServiceProtocols

/// The HTTP APIs of an account, and where each is reached.
public struct APIGateway: Sendable {
    private let endpoints: [String: HTTPAPIEndpoint]

    /// Serves some APIs; of two with one id the later counts.
    ///
    /// - Parameter loop: where calls to functions run.
    public init(apis: [HTTPAPI], environment: ServiceEnvironment, lambda: any Invoking, loop: EventLoop) {
        let served = apis.map { api in
            (api.id, HTTPAPIEndpoint(api: api, environment: environment, lambda: lambda, loop: loop))
        }
        endpoints = Dictionary(served) { $1 }
    }

    /// What serves an API on a port of its own; nil when there is no such API.
    public func endpoint(of apiID: String) -> HTTPAPIEndpoint? {
        endpoints[apiID]
    }

    /// What serves a request to the shared port, told by its `Host`: `API.execute-api.localhost:4566` and longer forms.
    ///
    /// - Returns: nil when the host is not one of API Gateway's; for an API that is not there, what answers so.
    public func handler(forHost host: String) -> (any HTTPHandler)? {
        let labels = host.prefix { $0 != ":" }.lowercased().split(separator: ".")
        guard labels.count > 2, labels[1] == "execute-api" else { return nil }
        return endpoints[String(labels[0])] ?? UnknownAPI()
    }
}

/// Answers for an API that is not there.
private struct UnknownAPI: HTTPHandler {
    func respond(to request: HTTPRequest) async -> HTTPResponse {
        GatewayResponse.notFound.response
    }
}
