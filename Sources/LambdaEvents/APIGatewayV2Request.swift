// SPDX-License-Identifier: Apache-2.0
public import FoundationEssentials

/// What an HTTP API (payload format 2.0) or a function URL sends to a function.
///
/// Absent keys stay absent.
///
/// Shape: AWS documentation, "Create AWS Lambda proxy integrations for HTTP APIs".
public struct APIGatewayV2Request: Codable, Sendable, Equatable {
    /// `2.0`.
    public var version: String
    /// `GET /images/{id}`, or `$default`.
    public var routeKey: String
    /// The path as it was sent, percent escapes included; with the stage in front unless that is `$default`.
    public var rawPath: String
    /// Without the question mark; empty when there is none.
    public var rawQueryString: String
    /// Each cookie of the request, `name=value`.
    public var cookies: [String]?
    /// Names in lower case; several values of one name are joined by commas.
    public var headers: [String: String]
    /// Decoded; several values of one name are joined by commas.
    public var queryStringParameters: [String: String]?
    /// Where the request came from and which API it met.
    public var requestContext: Context
    /// The body, as base64 when ``isBase64Encoded`` says so; see ``bodyData``.
    public var body: String?
    /// The variables of the route, decoded.
    public var pathParameters: [String: String]?
    /// Whether ``body`` is base64, as it is for media types that are not text.
    public var isBase64Encoded: Bool
    /// The variables of the stage.
    public var stageVariables: [String: String]?

    /// Creates one from its parts.
    public init(
        version: String = "2.0", routeKey: String, rawPath: String, rawQueryString: String = "",
        cookies: [String]? = nil, headers: [String: String] = [:], queryStringParameters: [String: String]? = nil,
        requestContext: Context, body: String? = nil, pathParameters: [String: String]? = nil,
        isBase64Encoded: Bool = false, stageVariables: [String: String]? = nil
    ) {
        self.version = version
        self.routeKey = routeKey
        self.rawPath = rawPath
        self.rawQueryString = rawQueryString
        self.cookies = cookies
        self.headers = headers
        self.queryStringParameters = queryStringParameters
        self.requestContext = requestContext
        self.body = body
        self.pathParameters = pathParameters
        self.isBase64Encoded = isBase64Encoded
        self.stageVariables = stageVariables
    }

    /// The body as the client sent it; nil when there is none, or when it should be base64 and is not.
    public var bodyData: Data? {
        guard let body else { return nil }
        return isBase64Encoded ? Data(base64Encoded: body) : Data(body.utf8)
    }

    /// Where the request came from and which API it met.
    public struct Context: Codable, Sendable, Equatable {
        /// The account, twelve digits.
        public var accountId: String
        /// The id of the API.
        public var apiId: String
        /// Present when the client showed a certificate.
        public var authentication: Authentication?
        /// Present when the route has an authorizer.
        public var authorizer: Authorizer?
        /// The host that was asked.
        public var domainName: String
        /// The first label of that host.
        public var domainPrefix: String
        /// The request line and who sent it.
        public var http: HTTP
        /// The id that API Gateway gave the request.
        public var requestId: String
        /// The route that matched.
        public var routeKey: String
        /// The stage, `$default` for one.
        public var stage: String
        /// As `12/Mar/2020:19:03:58 +0000`.
        public var time: String
        /// Milliseconds since 1970.
        public var timeEpoch: Int64

        /// Creates one from its parts.
        public init(
            accountId: String, apiId: String, authentication: Authentication? = nil, authorizer: Authorizer? = nil,
            domainName: String, domainPrefix: String, http: HTTP, requestId: String, routeKey: String, stage: String,
            time: String, timeEpoch: Int64
        ) {
            self.accountId = accountId
            self.apiId = apiId
            self.authentication = authentication
            self.authorizer = authorizer
            self.domainName = domainName
            self.domainPrefix = domainPrefix
            self.http = http
            self.requestId = requestId
            self.routeKey = routeKey
            self.stage = stage
            self.time = time
            self.timeEpoch = timeEpoch
        }
    }

    /// The request line and who sent it.
    public struct HTTP: Codable, Sendable, Equatable {
        /// `GET` and the like.
        public var method: String
        /// The path, with the stage in front unless that is `$default`.
        public var path: String
        /// `HTTP/1.1`.
        public var `protocol`: String
        /// The client's address.
        public var sourceIp: String
        /// The `User-Agent` of the client.
        public var userAgent: String

        /// Creates one from its parts.
        public init(method: String, path: String, `protocol`: String, sourceIp: String, userAgent: String) {
            self.method = method
            self.path = path
            self.protocol = `protocol`
            self.sourceIp = sourceIp
            self.userAgent = userAgent
        }
    }
}
