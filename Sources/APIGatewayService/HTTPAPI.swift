// SPDX-License-Identifier: Apache-2.0

/// An HTTP API: its stages, and which function each route calls.
public struct HTTPAPI: Sendable {
    /// Ten lower-case letters and digits, as API Gateway makes them.
    public let id: String
    /// The variables of each stage, by its name.
    let stages: [String: [String: String]]
    let routes: RouteTable<Integration>

    /// Describes an API.
    ///
    /// - Parameters:
    ///   - stages: `$default`, and names that are the first segment of the path; each with its stage variables.
    ///   - routes: the routes by key.
    /// - Throws: ``HTTPAPIError`` when a key is broken or there twice, or when a route wants what Martlet does not do.
    public init(id: String, stages: [String: [String: String]] = ["$default": [:]], routes: [Route])
        throws(HTTPAPIError)
    {
        self.id = id
        self.stages = stages
        var parsed: [(key: RouteKey, target: Integration)] = []
        for route in routes {
            let key = try RouteKey(route.key)
            try route.integration.validate(for: key)
            parsed.append((key, route.integration))
        }
        self.routes = try RouteTable(parsed)
    }

    /// Which stage a request's path (still encoded) belongs to, and the path that its routes see.
    func stage(of path: String) -> (stage: Stage, path: Substring)? {
        let rest = path.dropFirst()
        let first = rest.prefix { $0 != "/" }
        if first != "$default", let variables = stages[String(first)] {
            let below = rest[first.endIndex...]
            return (Stage(name: String(first), variables: variables), below.isEmpty ? "/" : below)
        }
        return stages["$default"].map { (Stage(name: "$default", variables: $0), path[...]) }
    }

    /// A stage that a request belongs to.
    struct Stage {
        let name: String
        let variables: [String: String]
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
