// SPDX-License-Identifier: Apache-2.0
import Buffers
import HTTP1
import HTTPServer

/// The answers that API Gateway itself gives, when no function's answer can be passed on.
///
/// Wording: AWS documentation, "Create routes for HTTP APIs" (404), "Throttle requests to your HTTP APIs" (429) and
/// "Troubleshooting HTTP API Lambda integrations" (500). AWS documents no body for a timeout; 503 is what users report.
enum GatewayResponse: Error {
    case badRequest
    case notFound
    case requestTooLarge
    case tooManyRequests
    case integrationFailed
    case integrationTimedOut

    var status: Int {
        switch self {
        case .badRequest: 400
        case .notFound: 404
        case .requestTooLarge: 413
        case .tooManyRequests: 429
        case .integrationFailed: 500
        case .integrationTimedOut: 503
        }
    }

    var message: String {
        switch self {
        case .badRequest: "Bad Request"
        case .notFound: "Not Found"
        case .requestTooLarge: "Request Entity Too Large"
        case .tooManyRequests: "Too Many Requests"
        case .integrationFailed: "Internal Server Error"
        case .integrationTimedOut: "Service Unavailable"
        }
    }

    var response: HTTPResponse {
        HTTPResponse(
            status: status, headers: ["content-type": "application/json"], body: Bytes("{\"message\":\"\(message)\"}"))
    }
}
