// SPDX-License-Identifier: Apache-2.0
import HTTP1
import Randomness
import Testing

@Suite("HTTP/1.1 parser")
struct HTTPParserTests {
    @Test("A request with a body is a head, the body and an end, however it is split", arguments: 1...90)
    func split(size: Int) throws {
        let text = "POST /a%20b?c=d HTTP/1.1\r\nHost: x\r\nX-Empty:\r\nContent-Length: 7 \r\n\r\n{\"a\":1}"
        let message = try Message.all(text, kind: .request, pieces: size).first
        #expect(message?.head.method == "POST")
        #expect(message?.head.pathAndQuery.path == "/a%20b")
        #expect(message?.head.pathAndQuery.query == "c=d")
        #expect(message?.head.headers["HOST"] == "x")
        #expect(message?.head.headers["x-empty"] == "")
        #expect(message?.head.headers["content-length"] == "7")
        #expect(message?.head.contentLength == 7)
        #expect(message?.head.keepAlive == true)
        #expect(message?.body == "{\"a\":1}")
    }

    @Test("Pipelined requests come one after the other", arguments: [1, 7, 1000])
    func pipelined(size: Int) throws {
        let text =
            "GET /1 HTTP/1.1\r\n\r\nPOST /2 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nT: u\r\n\r\nGET /3 HTTP/1.0\r\n\r\n"
        let messages = try Message.all(text, kind: .request, pieces: size)
        #expect(messages.map(\.head.target) == ["/1", "/2", "/3"])
        #expect(messages.map(\.body) == ["", "abcde", ""])
        #expect(messages.map(\.head.keepAlive) == [true, true, false])
        #expect(messages.map(\.head.contentLength) == [0, nil, 0])
        #expect(messages[1].trailers["t"] == "u")
    }

    @Test("A response is read like a request; one without length ends with its connection")
    func response() throws {
        let text =
            "HTTP/1.1 202 Accepted\r\nContent-Length: 15\r\n\r\n{\"status\":\"OK\"}HTTP/1.1 200 OK\r\n\r\nto the end"
        let messages = try Message.all(text, kind: .response, pieces: 11)
        #expect(messages.map(\.head.status) == [202, 200])
        #expect(messages.map(\.body) == ["{\"status\":\"OK\"}", "to the end"])
        #expect(messages.last?.head.keepAlive == false)
    }

    @Test(
        "What is not HTTP is refused",
        arguments: [
            "hello\r\n\r\n", "GET / HTTP/9.1\r\n\r\n", "GET / HTTP/1.1\r\nA b: c\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        ])
    func malformed(text: String) {
        #expect(throws: HTTPParserError.self) { try Message.all(text, kind: .request, pieces: 1000) }
    }

    @Test("A head may be as long as the limit, and no byte longer")
    func headLimit() throws {
        func request(_ size: Int) -> String { "GET / HTTP/1.1\r\nA: \(String(repeating: "b", count: size))\r\n\r\n" }
        _ = try Message.all(request(100 - 2), kind: .request, pieces: 7, headLimit: 100)
        #expect(throws: HTTPParserError.headTooLarge(limit: 100)) {
            try Message.all(request(101 - 2), kind: .request, pieces: 7, headLimit: 100)
        }
    }

    @Test("A field that a program adds ends where it says, wherever in it the bytes stand that would end it sooner")
    func controls() {
        for length in [1, 7, 8, 9, 16, 23, 40] {
            for position in 0..<length {
                for control in ["\r", "\n", "\0"] {
                    let before = String(repeating: "a", count: position)
                    let after = String(repeating: "b", count: length - position - 1)
                    var headers = HTTPHeaders()
                    headers.add("X-\(before)\(control)", "\(before)\(control)\(after)")
                    headers.add("Y", "\u{8}\(before)\t\(after)é")
                    headers.withWireText { text in
                        #expect(
                            String(decoding: text, as: UTF8.self)
                                == "X-\(before) : \(before) \(after)\r\nY: \u{8}\(before)\t\(after)é\r\n")
                    }
                }
            }
        }
    }

    @Test("Random changes of a request never crash the parser", arguments: [UInt64.random(in: 0...UInt64.max)])
    func fuzz(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let text = Array(
            "POST /a?b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n"
                .utf8)
        for _ in 0..<5000 {
            var changed = text
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                changed[Int.random(in: 0..<changed.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let pieces = Int.random(in: 1...changed.count, using: &random)
            _ = try? Message.all(changed, kind: .request, pieces: pieces)
        }
    }
}

@Suite("HTTP headers")
struct HTTPHeadersTests {
    @Test("Names compare without regard to case, and values keep their order")
    func lookup() {
        var headers: HTTPHeaders = ["Set-Cookie": "a", "X-Y": "1", "set-cookie": "b"]
        #expect(headers.values("SET-COOKIE") == ["a", "b"])
        #expect(headers["x-y"] == "1")
        #expect(headers["x"] == nil)
        headers["X-Y"] = "2"
        headers["Set-Cookie"] = nil
        #expect(headers.map(\.name) == ["X-Y"])
        #expect(headers["X-Y"] == "2")
    }

    @Test("A value cannot start another header")
    func injection() {
        let headers: HTTPHeaders = ["A": "b\r\nC: d\0"]
        #expect(headers["A"] == "b  C: d ")
        #expect(headers.withWireText { String(decoding: $0, as: UTF8.self) } == "A: b  C: d \r\n")
    }
}

/// A message as it was parsed, put together again.
private struct Message {
    var head: HTTPHead
    var body = ""
    var trailers: HTTPHeaders = [:]

    static func all(
        _ text: some Collection<UInt8>, kind: HTTPParser.Kind, pieces: Int, headLimit: Int = 64 * 1024
    ) throws -> [Message] {
        let parser = HTTPParser(kind, headLimit: headLimit)
        let bytes = Array(text)
        var messages: [Message] = []
        func take(_ event: HTTPParser.Event) {
            switch event {
            case .head: messages.append(Message(head: parser.takeHead()))
            case .body(let piece): messages[messages.count - 1].body += String(decoding: piece, as: UTF8.self)
            case .end: messages[messages.count - 1].trailers = parser.takeTrailers()
            }
        }
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            try bytes[start..<min(start + pieces, bytes.count)].withUnsafeBytes { piece in
                var input = piece
                while let event = try parser.next(&input) { take(event) }
            }
        }
        if let event = try parser.finish() { take(event) }
        return messages
    }

    static func all(_ text: String, kind: HTTPParser.Kind, pieces: Int, headLimit: Int = 64 * 1024) throws -> [Message]
    {
        try all(text.utf8, kind: kind, pieces: pieces, headLimit: headLimit)
    }
}
