// SPDX-License-Identifier: Apache-2.0

/// `AWS::Lambda::Url`, or the `FunctionUrlConfig` of a serverless function.
public struct FunctionURLResource: Sendable, Equatable, Encodable {
    /// What browsers are told about pages of other origins.
    public struct Cors: Sendable, Equatable, Encodable {
        /// Whether requests may carry cookies and the like.
        public var allowCredentials: Bool?
        /// Headers that requests may have.
        public var allowHeaders: [String]
        /// `GET`, `PUT`, `HEAD`, `POST`, `PATCH`, `DELETE` or `*`.
        public var allowMethods: [String]
        /// Origins, or `*`.
        public var allowOrigins: [String]
        /// Headers of the response that pages may read.
        public var exposeHeaders: [String]
        /// Seconds.
        public var maxAge: Int?
    }

    /// The resource's name in the template.
    public var logicalID: String
    /// The first label of the host name: 32 lower-case letters and digits.
    public var urlID: String
    /// A name or an ARN.
    public var functionName: String
    /// The alias that it is for; nil for the function itself.
    public var qualifier: String?
    /// `NONE` or `AWS_IAM`.
    public var authType: String
    /// `Cors`.
    public var cors: Cors?
    /// `BUFFERED` or `RESPONSE_STREAM`.
    public var invokeMode: String
}
