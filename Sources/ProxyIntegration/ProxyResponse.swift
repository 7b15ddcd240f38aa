// SPDX-License-Identifier: Apache-2.0
import AWSWire
package import Buffers
import FoundationEssentials
import HTTP1
package import HTTPServer
package import LambdaEvents

/// The HTTP response that a function's result stands for (payload format 2.0).
///
/// AWS documentation, "Create AWS Lambda proxy integrations for HTTP APIs": a JSON object with a `statusCode` describes
/// a response; of any other JSON value the response is inferred: 200, `application/json`, the value as body.
package enum ProxyResponse {
    /// Reads a function's result; nil when it is no JSON, or describes a response that cannot be sent.
    ///
    /// - Parameter defaultContentType: of a described response that names none.
    package static func response(for payload: Bytes, defaultContentType: String) -> HTTPResponse? {
        let data = Data(payload.array)
        let decoder = JSONDecoder()
        guard let result = try? decoder.decode(FunctionResult.self, from: data) else { return nil }
        switch result {
        case .described(let response): return describedResponse(response, defaultContentType)
        case .text(let text): return inferredResponse(Bytes(text))
        case .value: return inferredResponse(payload)
        }
    }

    /// The status and the fields of a described response, without its body; nil when they cannot be sent.
    ///
    /// - Parameter defaultContentType: of one that names none.
    package static func head(of described: APIGatewayV2Response, defaultContentType: String) -> HTTPResponse? {
        guard (200...599).contains(described.statusCode) else { return nil }
        var headers = HTTPHeaders()
        for (name, value) in (described.headers ?? [:]).sorted(by: { $0.key < $1.key }) {
            let name = name.lowercased()
            guard name.utf8.allSatisfy(\.isTokenByte), !name.isEmpty else { return nil }
            if !connectionHeaders.contains(name) { headers.add(name, value) }
        }
        for cookie in described.cookies ?? [] { headers.add("set-cookie", cookie) }
        if !headers.contains("content-type") { headers.add("content-type", defaultContentType) }
        return HTTPResponse(status: described.statusCode, headers: headers)
    }

    private static func inferredResponse(_ body: Bytes) -> HTTPResponse {
        HTTPResponse(status: 200, headers: ["content-type": "application/json"], body: body)
    }

    private static func describedResponse(
        _ described: APIGatewayV2Response, _ defaultContentType: String
    ) -> HTTPResponse? {
        guard var response = head(of: described, defaultContentType: defaultContentType),
            let body = body(of: described)
        else { return nil }
        response.body = .bytes(body)
        return response
    }

    private static func body(of described: APIGatewayV2Response) -> Bytes? {
        let text = described.body ?? ""
        guard described.isBase64Encoded == true else { return Bytes(text) }
        return Base64.decode(text).map { Bytes($0) }
    }

    /// What belongs to the connection, which the server speaks for.
    static let connectionHeaders: Set<String> = [
        "connection", "content-length", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding",
        "upgrade",
    ]
}

/// A function's result, as far as results are told apart.
private enum FunctionResult: Decodable {
    case described(APIGatewayV2Response)
    case text(String)
    case value

    private enum Key: String, CodingKey {
        case statusCode
    }

    init(from decoder: any Decoder) throws {
        if let object = try? decoder.container(keyedBy: Key.self) {
            self = object.contains(.statusCode) ? .described(try APIGatewayV2Response(from: decoder)) : .value
        } else if let text = try? decoder.singleValueContainer().decode(String.self) {
            self = .text(text)
        } else {
            self = .value
        }
    }
}

extension UInt8 {
    /// Whether the byte may stand in the name of a header (RFC 9110, 5.6.2).
    fileprivate var isTokenByte: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(self)
        }
    }
}
