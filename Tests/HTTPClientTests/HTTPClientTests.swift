// SPDX-License-Identifier: Apache-2.0
import Buffers
import Curl
import EventLoop
import Glibc
import HTTP1
import HTTPClient
import HTTPServer
import Locks
import Testing

/// Answers with what it was sent; `/never` says that it was asked, and does not answer.
private struct Echo: HTTPHandler {
    let asked: @Sendable () -> Void

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        if request.path == "/never" {
            asked()
            await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
        }
        guard let body = try? await request.body.collect(limit: 16 << 20) else { return HTTPResponse(status: 413) }
        return HTTPResponse(status: 201, headers: ["X-Method": request.method, "X-Path": request.path], body: body)
    }
}

extension Task where Success == Void, Failure == any Error {
    /// Runs on the global pool, whatever its caller prefers.
    fileprivate static func onTheGlobalExecutor(_ body: @escaping @Sendable () async throws -> Void) async throws {
        try await Task { @concurrent in try await body() }.value
    }
}

/// The port that a socket is connected to; nil for any other descriptor.
private func peerPort(of descriptor: Int32) -> UInt16? {
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = withUnsafeMutableBytes(of: &address) { bytes in
        getpeername(descriptor, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), &length)
    }
    return code == 0 && address.sin_family == sa_family_t(AF_INET) ? UInt16(bigEndian: address.sin_port) : nil
}

@Suite("HTTP client", .timeLimit(.minutes(1)))
struct HTTPClientTests {
    private func withClient(
        asked: @escaping @Sendable () -> Void = {},
        _ body: @escaping @Sendable (EventLoop, HTTPClient, String) async throws -> Void
    ) async throws {
        let loop = try EventLoop.start(named: "client-test")
        let failure = Locked<(any Error)?>(nil)
        await loop.spawn {
            let server = HTTPServer(loop: loop, handler: Echo(asked: asked))
            let client = HTTPClient(loop: loop)
            do {
                let port = try await server.start()
                try await body(loop, client, "http://127.0.0.1:\(port)")
            } catch {
                failure.withLock { $0 = error }
            }
            await client.close()
            await server.stop(grace: .zero)
            await Task.yield()
            #expect(loop.openHandles == 0)
        }.value
        await loop.shutdown()
        if let error = failure.withLock({ $0 }) { throw error }
    }

    @Test("A request and its body come back", arguments: [0, 1, 70_000, 3 << 20])
    func echo(size: Int) async throws {
        try await withClient { _, client, url in
            let body = Bytes([UInt8](repeating: 65, count: size))
            for _ in 0..<3 {
                let response = try await client.send(CurlRequest(method: "PUT", url: "\(url)/a%20b/../c", body: body))
                #expect(response.status == 201)
                #expect(response.head.value(of: "x-path") == "/a%20b/../c")
                #expect(response.body == body)
            }
        }
    }

    @Test("Many requests at once are answered each")
    func parallel() async throws {
        try await withClient { _, client, url in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<100 {
                    group.addTask {
                        let response = try await client.send(
                            CurlRequest(method: "POST", url: url, body: Bytes("\(number)")))
                        #expect(response.body.string == "\(number)")
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("A request that takes too long is an error")
    func timeout() async throws {
        try await withClient { _, client, url in
            await #expect(throws: CurlError.self) {
                try await client.send(CurlRequest(url: "\(url)/never", timeout: .milliseconds(20)))
            }
        }
    }

    @Test("A cancelled task cancels its transfer, and the client goes on")
    func cancellation() async throws {
        let (asked, hasAsked) = AsyncStream.makeStream(of: Void.self)
        try await withClient(asked: { hasAsked.yield() }) { loop, client, url in
            let task = Task(executorPreference: loop) { try await client.send(CurlRequest(url: "\(url)/never")) }
            for await _ in asked { break }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            let next = try await client.send(CurlRequest(url: url))
            #expect(next.status == 201)
        }
    }

    @Test("A connection is not left open in child processes")
    func closedOnExec() async throws {
        try await withClient { _, client, url in
            _ = try await client.send(CurlRequest(url: url))
            let port = UInt16(url.split(separator: ":").last ?? "")
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            let connections = (3..<Int32(min(limit.rlim_cur, 1 << 20))).filter { peerPort(of: $0) == port }
            // libcurl keeps the connection for the next request.
            #expect(connections.count == 1)
            #expect(connections.allSatisfy { fcntl($0, F_GETFD) & FD_CLOEXEC != 0 })
        }
    }

    @Test("A task that does not prefer the loop is served on it all the same")
    func fromElsewhere() async throws {
        try await withClient { _, client, url in
            // The loop's handles trap when they are used off the loop.
            try await Task.onTheGlobalExecutor {
                for _ in 0..<20 {
                    let response = try await client.send(CurlRequest(url: url))
                    #expect(response.status == 201)
                }
            }
        }
    }

    @Test("Nobody there is an error")
    func refused() async throws {
        try await withClient { loop, client, _ in
            let listener = try TCPListener(loop: loop, host: "127.0.0.1", port: 0) {}
            let port = listener.port
            listener.close()
            await #expect(throws: CurlError.self) {
                try await client.send(CurlRequest(url: "http://127.0.0.1:\(port)"))
            }
        }
    }
}
