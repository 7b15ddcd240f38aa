// SPDX-License-Identifier: Apache-2.0
import Buffers
import FoundationEssentials
import HTTPServer
import LambdaEvents
import ProxyIntegration

/// What stands before the body in a result of the type `application/vnd.awslambda.http-integration-response`: JSON with
/// the status, headers and cookies, ended by eight zero bytes.
///
/// Shape: AWS's runtimes for Rust and Go (lambda_http and aws-lambda-go/events), which write it.
///
/// Pure.
struct IntegrationPrelude {
    static let contentType = "application/vnd.awslambda.http-integration-response"
    /// More than that is no prelude.
    static let limit = 1 << 20
    private static let endCount = 8

    private var text: [UInt8] = []
    private var zeros = 0

    enum Progress {
        case incomplete
        /// The response without its body, and the part of the piece that belongs to the body.
        case complete(HTTPResponse, body: Bytes)
        /// Not what it should be.
        case malformed
    }

    /// Takes a piece of the result.
    mutating func append(_ piece: Bytes) -> Progress {
        let end: Int? = piece.withUnsafeBytes { bytes in
            for (index, byte) in bytes.enumerated() {
                zeros = byte == 0 ? zeros + 1 : 0
                text.append(byte)
                if zeros == Self.endCount { return index + 1 }
                if text.count > Self.limit { return -1 }
            }
            return nil
        }
        guard let end else { return .incomplete }
        guard end >= 0, let response = response() else { return .malformed }
        return .complete(response, body: piece.slice(end..<piece.count))
    }

    private func response() -> HTTPResponse? {
        let data = Data(text.dropLast(Self.endCount))
        let decoder = JSONDecoder()
        guard let described = try? decoder.decode(Described.self, from: data) else { return nil }
        return ProxyResponse.head(of: described.response, defaultContentType: StreamedPost.defaultType)
    }

    /// A response whose status may be missing: then it is 200.
    private struct Described: Decodable {
        let response: APIGatewayV2Response

        private enum Key: String, CodingKey {
            case statusCode, headers, cookies
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            if container.contains(.statusCode) {
                response = try APIGatewayV2Response(from: decoder)
            } else {
                response = APIGatewayV2Response(
                    statusCode: 200, headers: try container.decodeIfPresent([String: String].self, forKey: .headers),
                    cookies: try container.decodeIfPresent([String].self, forKey: .cookies))
            }
        }
    }
}
