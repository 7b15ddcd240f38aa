// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import EventLoop
import HTTP1
import HTTPServer
import Synchronization
import Testing

@testable import AWSClient

/// An S3 that keeps one object, and that accepts nothing unsigned.
private actor OneObject: HTTPHandler {
    private let loop: EventLoop
    private var object = Bytes()

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(loop: EventLoop) {
        self.loop = loop
    }

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        let signable = SignableRequest(
            method: request.method, path: request.path, query: request.query,
            headers: request.headers.map { ($0.name, $0.value) })
        let verifier = SigV4Verifier(dialect: .s3) { $0 == "AKID" ? FakeAWS.credentials : nil }
        guard verifier.verify(signable, bodyHash: nil, now: FakeAWS.now).isVerified else {
            return HTTPResponse(status: 403)
        }
        guard let body = try? await request.body.collect(limit: 16 << 20) else { return HTTPResponse(status: 413) }
        switch request.method {
        case "PUT":
            object = body
            return HTTPResponse(status: 200, headers: ["ETag": "\"\(body.count)\""])
        case "DELETE": return HTTPResponse(status: 204)
        default: return HTTPResponse(status: 200, headers: ["ETag": "\"\(object.count)\""], body: object)
        }
    }
}

@Suite("The client over real sockets", .timeLimit(.minutes(1)))
struct CurlTransportTests {
    private func withClient(_ body: @escaping @Sendable (AWSClient) async throws -> Void) async throws {
        let loop = try EventLoop.start(named: "aws-test")
        let (ports, hasPort) = AsyncStream.makeStream(of: Int.self)
        let (ends, hasEnded) = AsyncStream.makeStream(of: Void.self)
        let serving = loop.spawn {
            let server = HTTPServer(loop: loop, handler: OneObject(loop: loop))
            if let port = try? await server.start() { hasPort.yield(port) }
            hasPort.finish()
            for await _ in ends { break }
            await server.stop(grace: .zero)
        }
        for await port in ports {
            let configuration = try ClientConfiguration([
                "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret",
                "AWS_SESSION_TOKEN": "token", "AWS_ENDPOINT_URL": "http://127.0.0.1:\(port)",
            ])
            try await body(AWSClient(configuration, clock: { FakeAWS.now }))
        }
        hasEnded.yield()
        await serving.value
        await loop.shutdown()
    }

    @Test("Objects of all sizes go there and come back, many at once")
    func roundTrip() async throws {
        try await withClient { client in
            for size in [0, 1, 100_000, 3 << 20] {
                let body = Bytes([UInt8](repeating: 7, count: size))
                let eTag = try await client.s3.putObject(bucket: "b", key: "a b/ü=+!'()*.json", body: body)
                #expect(eTag == "\"\(size)\"")
                #expect(try await client.s3.getObject(bucket: "b", key: "k").body == body)
                #expect(try await client.s3.headObject(bucket: "b", key: "k").contentLength == size)
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<32 {
                    group.addTask { try await client.s3.deleteObject(bucket: "b", key: "\(number)") }
                }
                try await group.waitForAll()
            }
        }
    }
}
