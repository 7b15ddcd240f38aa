// SPDX-License-Identifier: Apache-2.0
import Buffers
import HTTP1
import HTTPServer

/// Martlet's own API, under `/_martlet/`.
struct MartletAPI: HTTPHandler {
    func respond(to request: HTTPRequest) async -> HTTPResponse {
        guard request.path == "/_martlet/health" else {
            return json(404, "{\"message\":\"There is /_martlet/health.\"}")
        }
        guard request.method == "GET" || request.method == "HEAD" else {
            return json(405, "{\"message\":\"GET /_martlet/health\"}")
        }
        return json(200, "{\"status\":\"ready\"}")
    }

    private func json(_ status: Int, _ text: Bytes) -> HTTPResponse {
        HTTPResponse(status: status, headers: ["Content-Type": "application/json"], body: text)
    }
}
