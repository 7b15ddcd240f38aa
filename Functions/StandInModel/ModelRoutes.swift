// SPDX-License-Identifier: Apache-2.0
import Buffers
import EventLoop
import FoundationEssentials
import HTTP1
import HTTPServer

/// SageMaker's container contract.
struct ModelRoutes: HTTPHandler {
    static let maximumRequestBytes = 1_000_000

    let loop: EventLoop

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        switch (request.method, request.path) {
        case ("GET", "/ping"): return HTTPResponse(status: 200)
        case ("POST", "/invocations"): return await invoke(request)
        default: return Self.problem(404, "no such route")
        }
    }

    private func invoke(_ request: HTTPRequest) async -> HTTPResponse {
        guard let body = try? await request.body.collect(limit: Self.maximumRequestBytes) else {
            return Self.problem(413, "the request is too long")
        }
        let order: PaintingOrder
        do throws(PaintingOrder.Invalid) {
            order = try PaintingOrder(contentType: request.headers["content-type"], body: body.array)
        } catch {
            return Self.problem(400, error.reason)
        }
        guard !order.asksForFailure else { return Self.problem(500, "the prompt asked the model to fail") }
        // Off the loop, so that pings are answered meanwhile.
        guard let answer = try? await loop.offload({ Painting(order).answer() }) else {
            return Self.problem(500, "the picture could not be made")
        }
        return HTTPResponse(status: 200, headers: ["Content-Type": "application/json"], body: Bytes(answer))
    }

    private static func problem(_ status: Int, _ message: String) -> HTTPResponse {
        let body = (try? JSONEncoder().encode(["message": message])) ?? Data()
        return HTTPResponse(status: status, headers: ["Content-Type": "application/json"], body: Bytes(body))
    }
}
