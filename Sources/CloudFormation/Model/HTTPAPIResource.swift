// SPDX-License-Identifier: Apache-2.0

/// An HTTP API of API Gateway: `AWS::Serverless::HttpApi`, with the routes that functions' events add.
public struct HTTPAPIResource: Sendable, Equatable, Encodable {
    /// One route to a function.
    public struct Route: Sendable, Equatable, Encodable {
        /// Upper case, or `ANY`; nil for the `$default` route.
        public var method: String?
        /// `/images/{id}`, `/files/{proxy+}`; `$default` for what no other route takes.
        public var path: String
        /// With the alias where the function has one.
        public var functionARN: String
        /// `2.0` or `1.0`.
        public var payloadFormatVersion: String
        /// From 50 to 30,000.
        public var timeoutMilliseconds: Int

        /// `GET /images/{id}` or `$default`.
        public var key: String { method.map { "\($0) \(path)" } ?? path }
    }

    /// A stage: the API's own, or `AWS::ApiGatewayV2::Stage`.
    public struct Stage: Sendable, Equatable, Encodable {
        /// `$default` unless the template says otherwise.
        public var name: String
        /// `StageVariables`.
        public var variables: [String: String]
        /// `DefaultRouteSettings`.
        public var defaultRouteSettings: RouteSettings
        /// `RouteSettings`, by the keys of routes.
        public var routeSettings: [String: RouteSettings]
    }

    /// How many requests a route lets through.
    public struct RouteSettings: Sendable, Equatable, Encodable {
        /// At once; nil leaves it to the stage, or to the account.
        public var throttlingBurstLimit: Int?
        /// A second; nil leaves it to the stage, or to the account.
        public var throttlingRateLimit: Double?
    }

    /// What pages of other origins may do.
    public struct CORS: Sendable, Equatable, Encodable {
        /// `AllowCredentials`.
        public var allowCredentials = false
        /// `AllowHeaders`.
        public var allowHeaders: [String] = []
        /// `AllowMethods`.
        public var allowMethods: [String] = []
        /// `AllowOrigins`.
        public var allowOrigins: [String] = []
        /// `ExposeHeaders`.
        public var exposeHeaders: [String] = []
        /// `MaxAge`, in seconds.
        public var maxAge: Int?
    }

    /// The resource's name in the template.
    public var logicalID: String
    /// Ten characters, the same in every run.
    public var apiID: String
    /// `Name`; the stack's without one.
    public var name: String
    /// `Description`; empty without one.
    public var description: String
    /// The API's own first.
    public var stages: [Stage]
    /// `CorsConfiguration`; nil leaves CORS to the functions.
    public var cors: CORS?
    /// In the order of the template.
    public var routes: [Route]
}
