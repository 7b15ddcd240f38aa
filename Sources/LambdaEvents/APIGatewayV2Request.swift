// SPDX-License-Identifier: Apache-2.0
public import FoundationEssentials

/// What an HTTP API (payload format 2.0) or a function URL sends to a function. Absent keys stay absent.
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
    public var cookies: [String]?
    /// Names in lower case; several values of one name are joined by commas.
    public var headers: [String: String]
    public var queryStringParameters: [String: String]?
    public var requestContext: Context
    /// The body, as base64 when ``isBase64Encoded`` says so; see ``bodyData``.
    public var body: String?
    public var pathParameters: [String: String]?
    public var isBase64Encoded: Bool
    public var stageVariables: [String: String]?

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
        public var accountId: String
        public var apiId: String
        public var authentication: Authentication?
        public var authorizer: Authorizer?
        public var domainName: String
        public var domainPrefix: String
        public var http: HTTP
        public var requestId: String
        public var routeKey: String
        public var stage: String
        /// As `12/Mar/2020:19:03:58 +0000`.
        public var time: String
        /// Milliseconds since 1970.
        public var timeEpoch: Int64

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

    public struct HTTP: Codable, Sendable, Equatable {
        public var method: String
        public var path: String
        /// `HTTP/1.1`.
        public var `protocol`: String
        public var sourceIp: String
        public var userAgent: String

        public init(method: String, path: String, `protocol`: String, sourceIp: String, userAgent: String) {
            self.method = method
            self.path = path
            self.protocol = `protocol`
            self.sourceIp = sourceIp
            self.userAgent = userAgent
        }
    }
}
