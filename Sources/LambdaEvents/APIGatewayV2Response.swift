// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import JSONValues

/// What a function returns to an HTTP API or a function URL (payload format 2.0).
///
/// Absent keys stay absent.
///
/// Reading is as lenient as API Gateway is: the status may be a text, header values may be numbers or booleans.
/// Shape: AWS documentation, "Create AWS Lambda proxy integrations for HTTP APIs".
public struct APIGatewayV2Response: Codable, Sendable, Equatable {
    /// The HTTP status.
    public var statusCode: Int
    /// Fields to send.
    public var headers: [String: String]?
    /// The body, as base64 when ``isBase64Encoded`` is true.
    public var body: String?
    /// Whether ``body`` is base64.
    public var isBase64Encoded: Bool?
    /// Values of `Set-Cookie`, each sent in a field of its own.
    public var cookies: [String]?

    /// Creates one from its parts.
    public init(
        statusCode: Int, headers: [String: String]? = nil, body: String? = nil, isBase64Encoded: Bool? = nil,
        cookies: [String]? = nil
    ) {
        self.statusCode = statusCode
        self.headers = headers
        self.body = body
        self.isBase64Encoded = isBase64Encoded
        self.cookies = cookies
    }

    /// A response whose body is a value as JSON.
    ///
    /// - Throws: what encoding the value throws.
    public static func json(
        _ value: some Encodable, statusCode: Int = 200, headers: [String: String] = [:]
    ) throws -> APIGatewayV2Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let body = String(decoding: try encoder.encode(value), as: UTF8.self)
        let fields = headers.merging(["content-type": "application/json"]) { given, _ in given }
        return APIGatewayV2Response(statusCode: statusCode, headers: fields, body: body)
    }

    enum CodingKeys: String, CodingKey {
        case statusCode, headers, body, isBase64Encoded, cookies
    }

    /// Creates one from its parts.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        statusCode = try Self.status(in: container)
        headers = try container.decodeIfPresent([String: JSONValue].self, forKey: .headers)?
            .compactMapValues(\.scalarText)
        body = try container.decodeIfPresent(String.self, forKey: .body)
        isBase64Encoded = try container.decodeIfPresent(Bool.self, forKey: .isBase64Encoded)
        cookies = try container.decodeIfPresent([String].self, forKey: .cookies)
    }

    private static func status(in container: KeyedDecodingContainer<CodingKeys>) throws -> Int {
        if let number = try? container.decode(Int.self, forKey: .statusCode) { return number }
        let text = try container.decode(String.self, forKey: .statusCode)
        guard let number = Int(text) else {
            throw DecodingError.dataCorruptedError(
                forKey: .statusCode, in: container, debugDescription: "The status is not a number.")
        }
        return number
    }
}
