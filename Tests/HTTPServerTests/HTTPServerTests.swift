// SPDX-License-Identifier: Apache-2.0
import Buffers
import EventLoop
import Glibc
import HTTP1
import HTTPServer
import Randomness
import Testing

@Suite("HTTP server", .timeLimit(.minutes(1)))
struct HTTPServerTests {
    @Test("Requests on one connection are answered in order, in whatever pieces they come", arguments: [1, 3, 1000])
    func pipelined(size: Int) async throws {
        let text =
            "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nPOST /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcGET /3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        let answer = try await Server.answer(to: text, pieces: size)
        let bodies = answer.components(separatedByEmptyLine: true)
        #expect(bodies == ["GET /1 ", "POST /2 abc", "GET /3 "])
    }

    @Test("A chunked body is taken, and a streamed answer is chunked")
    func chunked() async throws {
        let answer = try await Server.answer(
            to:
                "POST /stream HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
        )
        #expect(answer.contains("Transfer-Encoding: chunked\r\n"))
        #expect(
            answer.hasSuffix("\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
                || answer.hasSuffix("\r\n\r\n5\r\nabcde\r\n0\r\n\r\n"))
    }

    @Test("What follows the last chunk is told, of its own request only", arguments: [1, 1000])
    func trailers(size: Int) async throws {
        let answer = try await Server.answer(
            to:
                "POST /trailers HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTrailer: A, B\r\n\r\n3\r\nabc\r\n0\r\nA: 1\r\nB: 2 3\r\n\r\n"
                + "POST /trailers HTTP/1.1\r\nContent-Length: 3\r\nConnection: close\r\n\r\ndef", pieces: size)
        #expect(answer.components(separatedByEmptyLine: true) == ["abc A=1,B=2 3", "def "])
    }

    @Test("The answer to HEAD has a length and no body")
    func head() async throws {
        let answer = try await Server.answer(to: "HEAD /1 HTTP/1.1\r\nConnection: close\r\n\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n"))
        #expect(answer.hasSuffix("\r\n\r\n"))
    }

    @Test("A client that waits for 100 Continue gets it when the handler wants the body, and not before")
    func expectContinue() async throws {
        let client = try await Client.connected()
        try client.send("POST /2 HTTP/1.1\r\nContent-Length: 3\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n")
        #expect(try client.read(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
        try client.send("abc")
        #expect(try client.readToEnd().hasSuffix("POST /2 abc"))
        await client.server.stop()

        let refused = try await Server.answer(
            to: "POST /refuse HTTP/1.1\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
        #expect(refused.hasPrefix("HTTP/1.1 403 Forbidden\r\n"))
        // RFC 9110, 10.1.1: the body may come or not, so the connection cannot go on, and that is said.
        #expect(refused.contains("\r\nConnection: close\r\n"))
    }

    @Test(
        "Broken requests get a status and lose their connection",
        arguments: [
            ("hello\r\n\r\n", "400 Bad Request"), ("GET / HTTP/1.1\r\nA b: c\r\n\r\n", "400 Bad Request"),
            ("GET / HTTP/1.1\r\nA: \(String(repeating: "b", count: 5000))", "431 Request Header Fields Too Large"),
            ("POST / HTTP/1.1\r\nContent-Length: 999\r\n\r\n", "413 Content Too Large"),
            (
                "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n\(String(repeating: "b", count: 255))\r\n",
                "413 Content Too Large"
            ),
        ])
    func broken(text: String, status: String) async throws {
        let answer = try await Server.answer(to: text, closesInput: true)
        #expect(answer.hasPrefix("HTTP/1.1 \(status)\r\n"))
    }

    @Test(
        "A peer that is too slow with its head or its body gets 408",
        arguments: ["GET / HT", "POST /2 HTTP/1.1\r\nContent-Length: 3\r\n\r\na"])
    func slow(text: String) async throws {
        var limits = HTTPLimits()
        limits.headTimeout = .milliseconds(1)
        limits.stallTimeout = .milliseconds(1)
        let client = try await Client.connected(limits: limits)
        try client.send(text)
        #expect(try client.readToEnd().hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
        await client.server.stop()
    }

    @Test("A body that is late gets 408 also when its handler asks for it after its time")
    func lateHandler() async throws {
        var limits = HTTPLimits()
        limits.stallTimeout = .milliseconds(1)
        let client = try await Client.connected(limits: limits)
        let request = "HTTP/1.1\r\nContent-Length: 3\r\n\r\na"
        try client.send("POST /late \(request)")
        for await _ in client.server.waiting { break }
        // What ends the other connection has looked at this one too.
        let other = try await Client.connect(port: client.server.port)
        try other.send("POST /2 \(request)")
        #expect(try other.readToEnd().hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
        client.server.release()
        #expect(try client.readToEnd().hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
        await client.server.stop()
    }

    @Test("An idle connection is closed without a word")
    func idle() async throws {
        var limits = HTTPLimits()
        limits.idleTimeout = .milliseconds(1)
        let client = try await Client.connected(limits: limits)
        #expect(try client.readToEnd() == "")
        await client.server.stop()
    }

    @Test("A body that the handler leaves is skipped, and the connection goes on")
    func discarded() async throws {
        let body = String(repeating: "b", count: 300_000)
        let answer = try await Server.answer(
            to:
                "POST /refuse HTTP/1.1\r\nContent-Length: 300000\r\n\r\n\(body)GET /1 HTTP/1.1\r\nConnection: close\r\n\r\n",
            pieces: 50_000)
        #expect(answer.hasPrefix("HTTP/1.1 403 Forbidden\r\n"))
        #expect(answer.hasSuffix("GET /1 "))
    }

    @Test("A large answer reaches a peer that reads slowly")
    func backPressure() async throws {
        let client = try await Client.connected()
        try client.send("GET /large HTTP/1.1\r\nConnection: close\r\n\r\n")
        let answer = try client.readToEnd()
        #expect(answer.utf8.count > 8 << 20)
        await client.server.stop()
    }

    @Test("A stream that fails midway ends the connection without its last chunk")
    func failedStream() async throws {
        let answer = try await Server.answer(to: "GET /fail HTTP/1.1\r\n\r\n")
        #expect(answer.contains("\r\n\r\n4\r\npart"))
        #expect(!answer.hasSuffix("0\r\n\r\n"))
    }

    @Test("A request that was answered gets no second answer when its body breaks off")
    func answeredOnce() async throws {
        var limits = HTTPLimits()
        limits.stallTimeout = .milliseconds(1)
        let client = try await Client.connected(limits: limits)
        try client.send("POST /refuse HTTP/1.1\r\nContent-Length: 300000\r\n\r\nabc")
        let answer = try client.readToEnd()
        #expect(answer.hasPrefix("HTTP/1.1 403 Forbidden\r\n"))
        #expect(answer.firstRange(of: "HTTP/1.1 408") == nil)
        await client.server.stop()
    }

    @Test("A status that has no body gets none, even when the handler streams one")
    func noBody() async throws {
        let answer = try await Server.answer(
            to: "GET /nothing HTTP/1.1\r\n\r\nGET /1 HTTP/1.1\r\nConnection: close\r\n\r\n")
        #expect(answer.firstRange(of: "something") == nil)
        #expect(answer.hasSuffix("GET /1 "))
    }

    @Test("A body in memory is read to its end like any other")
    func bufferedBody() async throws {
        let body = BufferedBody("abc")
        #expect(try await body.next() == "abc")
        #expect(try await body.next() == nil)
        #expect(try await BufferedBody.empty.next() == nil)
        await #expect(throws: RequestBodyError.tooLarge(limit: 2)) { try await body.collect(limit: 2) }
    }

    @Test("A stop lets the running request end and refuses new connections")
    func stop() async throws {
        let client = try await Client.connected()
        try client.send("GET /wait HTTP/1.1\r\n\r\n")
        for await _ in client.server.waiting { break }
        async let stopped: Void = client.server.stop(grace: .seconds(30))
        client.server.release()
        #expect(try client.readToEnd().hasSuffix("released"))
        await stopped
        await #expect(throws: (any Error).self) { try await Client.connect(port: client.server.port) }
    }

    @Test("A taken port is an error that names it")
    func portInUse() async throws {
        let client = try await Client.connected()
        let second = HTTPServer(loop: client.server.loop, port: client.server.port, handler: TestHandler())
        let error = await #expect(throws: LoopError.self) { try await second.start() }
        #expect(error?.description == "cannot listen on 127.0.0.1:\(client.server.port): address already in use")
        await client.server.stop()
    }

    @Test("Random bytes never take the server down", arguments: [UInt64.random(in: 0...UInt64.max)])
    func fuzz(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        let server = try await Server.start(limits: HTTPLimits())
        let text = Array("POST /2 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n".utf8)
        for _ in 0..<200 {
            var changed = text
            for _ in 0..<3 {
                changed[Int.random(in: 0..<changed.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let client = try await Client.connect(port: server.port)
            try client.send(changed)
            client.closeInput()
            _ = try client.readToEnd()
        }
        let client = try await Client.connect(port: server.port)
        try client.send("GET /1 HTTP/1.1\r\nConnection: close\r\n\r\n")
        #expect(try client.readToEnd().hasSuffix("GET /1 "))
        await server.stop()
    }
}
