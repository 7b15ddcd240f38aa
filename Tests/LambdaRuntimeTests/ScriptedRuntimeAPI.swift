// SPDX-License-Identifier: Apache-2.0
import Buffers
import Curl
import HTTP1
import Locks

@testable import LambdaRuntime

/// A Runtime API without sockets: answers each request with the next response of its script, in pieces of a given size,
/// and closes the connection after the last.
final class ScriptedRuntimeAPI: Sendable {
    struct Request: Sendable {
        let head: HTTPHead
        let body: Bytes
        let trailers: HTTPHeaders
    }

    private struct State {
        var script: [String]
        var answer: ArraySlice<UInt8> = []
        var requests: [Request] = []
        var connections = 0
        var sizes: [Int] = []
    }

    private let state: Locked<State>
    private let pieceSize: Int
    private let sendLimit: Int

    /// - Parameter sendLimit: the connection breaks when more bytes than these are sent at once.
    init(pieceSize: Int = .max, sendLimit: Int = .max, _ script: [String]) {
        state = Locked(State(script: script))
        self.pieceSize = pieceSize
        self.sendLimit = sendLimit
    }

    var requests: [Request] { state.withLock { $0.requests } }
    var connections: Int { state.withLock { $0.connections } }
    /// How many bytes each call of `send` brought.
    var sendSizes: [Int] { state.withLock { $0.sizes } }

    var connect: Connect {
        { [self] (_) throws(CurlError) in
            state.withLock { $0.connections += 1 }
            return Stream(api: self)
        }
    }

    private func received(_ request: Request) {
        state.withLock { state in
            state.requests.append(request)
            if !state.script.isEmpty { state.answer += Array(state.script.removeFirst().utf8) }
        }
    }

    /// Gives the next answer, though no request was complete.
    private func breakOff() {
        state.withLock { state in
            if !state.script.isEmpty { state.answer += Array(state.script.removeFirst().utf8) }
        }
    }

    private func take(into space: UnsafeMutableRawBufferPointer) -> Int {
        state.withLock { state in
            let piece = state.answer.prefix(min(space.count, pieceSize))
            space.copyBytes(from: piece)
            state.answer = state.answer.dropFirst(piece.count)
            return piece.count
        }
    }

    private final class Stream: ByteStream {
        private let api: ScriptedRuntimeAPI
        private let parser = HTTPParser(.request)
        private var head: HTTPHead?
        private var body = BytesBuilder()

        init(api: ScriptedRuntimeAPI) {
            self.api = api
        }

        func send(_ bytes: UnsafeRawBufferPointer) throws(CurlError) {
            guard bytes.count <= api.sendLimit else {
                api.breakOff()
                throw .aborted
            }
            api.state.withLock { $0.sizes.append(bytes.count) }
            var rest = bytes
            while let event = try? parser.next(&rest) {
                switch event {
                case .head: head = parser.takeHead()
                case .body(let piece): body.append(piece)
                case .end:
                    var whole = BytesBuilder()
                    swap(&whole, &body)
                    if let head {
                        api.received(Request(head: head, body: whole.finish(), trailers: parser.takeTrailers()))
                    }
                }
            }
        }

        func receive(into space: UnsafeMutableRawBufferPointer) throws(CurlError) -> Int {
            api.take(into: space)
        }
    }
}

/// Responses of the Runtime API.
enum Answer {
    static let accepted = "HTTP/1.1 202 Accepted\r\nContent-Length: 15\r\n\r\n{\"status\":\"OK\"}"

    static func status(_ status: Int, _ body: String) -> String {
        "HTTP/1.1 \(status) Text\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    static func next(_ id: String, _ body: String, fields: String = "") -> String {
        "HTTP/1.1 200 OK\r\nlambda-runtime-aws-request-id: \(id)\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }
}
