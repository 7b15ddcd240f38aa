// SPDX-License-Identifier: Apache-2.0
import Buffers
import EventLoop
import Glibc
import HTTP1
import HTTPServer
import Randomness

/// What the tests ask of a server, by path.
struct TestHandler: HTTPHandler {
    var waiting: AsyncStream<Void>.Continuation?
    var released: AsyncStream<Void>?

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        switch request.path {
        case "/refuse":
            return HTTPResponse(status: 403)
        case "/stream":
            return HTTPResponse(
                status: 200,
                stream: .stream(length: nil) { writer in
                    while let piece = try await request.body.next() { try await writer.write(piece) }
                })
        case "/trailers":
            let body = (try? await request.body.collect(limit: 100)) ?? Bytes()
            let trailers = await request.body.trailers().map { "\($0.name)=\($0.value)" }.joined(separator: ",")
            return HTTPResponse(status: 200, body: Bytes("\(body.string) \(trailers)"))
        case "/fail":
            return HTTPResponse(
                status: 200,
                stream: .stream(length: nil) { writer in
                    try await writer.write("part")
                    throw CancellationError()
                })
        case "/nothing":
            return HTTPResponse(status: 204, stream: .stream(length: nil) { try await $0.write("something") })
        case "/large":
            return HTTPResponse(status: 200, body: Bytes([UInt8](repeating: 65, count: 8 << 20)))
        case "/wait":
            waiting?.yield()
            if let released { for await _ in released { break } }
            return HTTPResponse(status: 200, body: "released")
        default:
            if request.path == "/late" {
                waiting?.yield()
                if let released { for await _ in released { break } }
            }
            do {
                let body = try await request.body.collect(limit: 100)
                return HTTPResponse(status: 200, body: Bytes("\(request.method) \(request.path) \(body.string)"))
            } catch {
                return HTTPResponse(status: error == .tooLarge(limit: 100) ? 413 : 400)
            }
        }
    }
}

/// A server on a loop of its own.
struct Server: Sendable {
    let loop: EventLoop
    let port: Int
    let waiting: AsyncStream<Void>
    private let server: HTTPServer
    private let gate: AsyncStream<Void>.Continuation

    static func start(limits: HTTPLimits) async throws -> Server {
        let loop = try EventLoop.start(named: "server-test")
        let (waiting, isWaiting) = AsyncStream.makeStream(of: Void.self)
        let (released, gate) = AsyncStream.makeStream(of: Void.self)
        let server = HTTPServer(
            loop: loop, handler: TestHandler(waiting: isWaiting, released: released), limits: limits)
        return Server(loop: loop, port: try await server.start(), waiting: waiting, server: server, gate: gate)
    }

    func release() { gate.yield() }

    /// Stops; the shutdown of the loop checks that no handle is left.
    func stop(grace: Duration = .zero) async {
        await server.stop(grace: grace)
        await loop.shutdown()
    }

    /// Sends a text in pieces on a connection of its own, and reads until the server closes it.
    static func answer(to text: String, pieces: Int = 1 << 20, closesInput: Bool = false) async throws -> String {
        var limits = HTTPLimits()
        limits.headBytes = 4096
        limits.idleTimeout = .milliseconds(500)
        let client = try await Client.connected(limits: limits)
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            try client.send(bytes[start..<min(start + pieces, bytes.count)])
        }
        if closesInput { client.closeInput() }
        let answer = try client.readToEnd()
        await client.server.stop()
        return answer
    }
}

/// A blocking socket, as simple as a peer can be.
final class Client: Sendable {
    struct SocketError: Error {
        let code: Int32
    }

    private let descriptor: Int32
    private let ownServer: Server?
    var server: Server { ownServer.unsafelyUnwrapped }

    private init(descriptor: Int32, server: Server?) {
        self.descriptor = descriptor
        ownServer = server
    }

    static func connected(limits: HTTPLimits = HTTPLimits()) async throws -> Client {
        let server = try await Server.start(limits: limits)
        return try await connect(port: server.port, server: server)
    }

    static func connect(port: Int, server: Server? = nil) async throws -> Client {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let code = withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else {
            close(descriptor)
            throw SocketError(code: errno)
        }
        return Client(descriptor: descriptor, server: server)
    }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: some Sequence<UInt8>) throws {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            // The server may close while the rest is on its way.
            guard sent > 0 else { return }
            rest = rest.dropFirst(sent)
        }
    }

    func closeInput() { shutdown(descriptor, Int32(SHUT_WR)) }

    func read(until end: String) throws -> String {
        var text = ""
        while !text.hasSuffix(end) {
            let more = try readSome(1)
            guard !more.isEmpty else { return text }
            text += String(decoding: more, as: UTF8.self)
        }
        return text
    }

    func readToEnd() throws -> String {
        var all: [UInt8] = []
        while case let more = try readSome(64 * 1024), !more.isEmpty { all += more }
        return String(decoding: all, as: UTF8.self)
    }

    private func readSome(_ count: Int) throws -> [UInt8] {
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = max(0, recv(descriptor, buffer.baseAddress, count, 0))
        }
        return bytes
    }

    deinit { close(descriptor) }
}

extension String {
    /// The bodies of several responses with lengths, one after the other.
    func components(separatedByEmptyLine: Bool) -> [String] {
        var rest = self[...]
        var bodies: [String] = []
        while let end = rest.firstRange(of: "\r\n\r\n") {
            let head = rest[..<end.lowerBound]
            let length = head.firstRange(of: "Content-Length: ").flatMap { range in
                Int(head[range.upperBound...].prefix { $0.isNumber })
            }
            bodies.append(String(rest[end.upperBound...].prefix(length ?? 0)))
            rest = rest[end.upperBound...].dropFirst(length ?? 0)
        }
        return bodies
    }
}
