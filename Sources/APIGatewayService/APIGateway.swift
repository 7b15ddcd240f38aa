// SPDX-License-Identifier: Apache-2.0
public import EventLoop
public import HTTPServer
import Locks
public import ServiceProtocols

/// The HTTP APIs of an account, and where each is reached.
public struct APIGateway: Sendable {
    private let endpoints: [String: HTTPAPIEndpoint]

    /// Serves some APIs; of two with one id the later counts.
    ///
    /// - Parameter loop: where calls to functions run.
    public init(apis: [HTTPAPI], environment: ServiceEnvironment, lambda: any Invoking, loop: EventLoop) {
        let now = environment.clock.now
        var buckets = RequestThrottle(at: now)
        let limited = apis.map { api in (api, Self.buckets(of: api, in: &buckets, at: now)) }
        let throttle = Locked(buckets)
        let served = limited.map { api, buckets in
            let endpoint = HTTPAPIEndpoint(
                api: api, environment: environment, lambda: lambda, loop: loop, throttle: throttle, buckets: buckets)
            return (api.id, endpoint)
        }
        endpoints = Dictionary(served) { $1 }
    }

    /// Adds a bucket for each route of each stage that has a limit of its own.
    ///
    /// - Returns: the buckets by the names of stages and the keys of routes.
    private static func buckets(
        of api: HTTPAPI, in throttle: inout RequestThrottle, at now: Timestamp
    ) -> [String: [String: Int]] {
        var buckets: [String: [String: Int]] = [:]
        for stage in api.stages.values {
            for key in api.routeKeys {
                guard let limit = stage.throttlingLimit(of: key) else { continue }
                buckets[stage.name, default: [:]][key.text] = throttle.add(limit, at: now)
            }
        }
        return buckets
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
