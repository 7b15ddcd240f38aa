// SPDX-License-Identifier: Apache-2.0

/// An HTTP API of API Gateway: `AWS::Serverless::HttpApi`, with the routes that functions' events add.
public struct HTTPAPIResource: Sendable, Equatable {
    /// One route to a function.
    public struct Route: Sendable, Equatable {
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

    /// The resource's name in the template.
    public var logicalID: String
    /// Ten characters, the same in every run.
    public var apiID: String
    /// `Name`; the stack's without one.
    public var name: String
    /// `Description`; empty without one.
    public var description: String
    /// `$default` unless the template says otherwise.
    public var stageName: String
    /// `StageVariables`.
    public var stageVariables: [String: String]
    /// In the order of the template.
    public var routes: [Route]
}
