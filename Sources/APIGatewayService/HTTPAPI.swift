// SPDX-License-Identifier: Apache-2.0
public import ProxyIntegration

/// An HTTP API: its stages, and which function each route calls.
public struct HTTPAPI: Sendable {
    /// Ten lower-case letters and digits, as API Gateway makes them.
    public let id: String
    /// By their names.
    let stages: [String: Stage]
    let routes: RouteTable<Integration>
    let routeKeys: [RouteKey]
    /// Nil leaves CORS to the functions.
    let cors: CORSRules?

    /// Describes an API.
    ///
    /// - Parameters:
    ///   - stages: `$default`, and those whose name is the first segment of the path; of two with one name the later
    ///     counts.
    ///   - cors: what pages of other origins may do; nil leaves it to the functions.
    ///   - routes: the routes by key.
    /// - Throws: ``HTTPAPIError`` when a key is broken or there twice, when a stage has settings for a route that is
    ///   not there, or when something is wanted that API Gateway or Martlet does not do.
    public init(
        id: String, stages: [Stage] = [Stage()], cors: CORSRules? = nil, routes: [Route]
    ) throws(HTTPAPIError) {
        self.id = id
        self.stages = Dictionary(stages.map { ($0.name, $0) }) { $1 }
        self.cors = cors
        try cors?.validate()
        var parsed: [(key: RouteKey, target: Integration)] = []
        for route in routes {
            let key = try RouteKey(route.key)
            try route.integration.validate(for: key)
            parsed.append((key, route.integration))
        }
        self.routes = try RouteTable(parsed)
        routeKeys = parsed.map(\.key)
        let keys = Set(routeKeys.map(\.text))
        for stage in stages {
            if let unknown = stage.routeSettings.keys.sorted().first(where: { !keys.contains($0) }) {
                throw HTTPAPIError("Unable to find Route by key \(unknown) within the provided RouteSettings")
            }
        }
    }

    /// Which stage a request's path (still encoded) belongs to, and the path that its routes see.
    func stage(of path: String) -> (stage: Stage, path: Substring)? {
        let rest = path.dropFirst()
        let first = rest.prefix { $0 != "/" }
        if first != "$default", let stage = stages[String(first)] {
            let below = rest[first.endIndex...]
            return (stage, below.isEmpty ? "/" : below)
        }
        return stages["$default"].map { ($0, path[...]) }
    }
}

extension HTTPAPI {
    /// A route: its key and what it calls.
    public struct Route: Sendable {
        /// `GET /images/{id}`, or `$default`.
        public var key: String
        /// What is called.
        public var integration: Integration

        /// Connects a key such as `GET /images/{id}` to an integration.
        public init(_ key: String, _ integration: Integration) {
            self.key = key
            self.integration = integration
        }
    }

    /// A call to a Lambda function.
    public struct Integration: Sendable {
        /// The function's name or ARN; an ARN may end with a version or an alias.
        public var function: String
        /// How long API Gateway waits for the function: 50 milliseconds to 30 seconds.
        public var timeout: Duration
        /// `2.0`; API Gateway also knows `1.0`, which Martlet does not.
        public var payloadFormatVersion: String

        /// Describes a call; the timeout is API Gateway's default.
        public init(function: String, timeout: Duration = .seconds(30), payloadFormatVersion: String = "2.0") {
            self.function = function
            self.timeout = timeout
            self.payloadFormatVersion = payloadFormatVersion
        }

        func validate(for key: RouteKey) throws(HTTPAPIError) {
            guard payloadFormatVersion == "2.0" else {
                throw HTTPAPIError(
                    "Route \(key.text): payload format version \(payloadFormatVersion) is not supported, only 2.0 is.")
            }
            guard timeout >= .milliseconds(50), timeout <= .seconds(30) else {
                throw HTTPAPIError("Route \(key.text): the timeout must be between 50 and 30000 milliseconds.")
            }
        }
    }
}

/// Why an API cannot be served as it is described.
public struct HTTPAPIError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The reason as a sentence for the author of the template.
    public let message: String

    init(_ message: String) {
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
