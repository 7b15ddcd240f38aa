// SPDX-License-Identifier: Apache-2.0
import Buffers
import HTTP1
import Testing

@testable import LambdaRuntime

@Suite("The connection to the Runtime API")
struct RuntimeConnectionTests {
    private func connection(_ api: ScriptedRuntimeAPI, path: String = "") throws -> RuntimeConnection {
        RuntimeConnection(address: try #require(RuntimeAPIAddress("127.0.0.1:9001\(path)")), connect: api.connect)
    }

    @Test("A response is the same in whatever pieces it arrives", arguments: [1, 2, 3, 7, 64, 4096, .max])
    func pieces(size: Int) throws {
        let long = String(repeating: "0123456789", count: 300)
        let chunked =
            "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: b\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "3\r\nabc\r\n0A\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n"
        let api = ScriptedRuntimeAPI(pieceSize: size, [Answer.next("a", long), chunked, Answer.accepted])
        let connection = try connection(api)
        let first = try connection.next()
        #expect(first.body.string == long)
        #expect(try first.invocationDetails().requestID == "a")
        #expect(try connection.next().body.string == "abc0123456789")
        #expect(try connection.postResponse(to: "b", "{}").status == 202)
        #expect(api.connections == 1)
    }

    @Test("The fields of an invocation are found whatever their case")
    func fields() throws {
        let fields =
            "LAMBDA-RUNTIME-DEADLINE-MS: 1700000000123\r\nlambda-runtime-invoked-function-arn: arn:f:live\r\n"
            + "Lambda-Runtime-Trace-ID: Root=1-2-3;Sampled=1\r\nlambda-Runtime-client-Context: {\"a\":1}\r\n"
            + "Lambda-Runtime-Cognito-Identity: {}\r\n"
        let details = try connection(ScriptedRuntimeAPI([Answer.next("id-1", "{}", fields: fields)])).next()
            .invocationDetails()
        #expect(
            details
                == InvocationDetails(
                    requestID: "id-1", invokedFunctionARN: "arn:f:live", deadline: 1_700_000_000_123,
                    traceID: "Root=1-2-3;Sampled=1", clientContext: "{\"a\":1}", cognitoIdentity: "{}"))
    }

    @Test("A request id that cannot stand in a path is refused", arguments: ["", "a b", "a/b", "a?b", "é"])
    func requestID(id: String) throws {
        let response = try connection(ScriptedRuntimeAPI([Answer.next(id, "{}")])).next()
        #expect(throws: RuntimeAPIError.malformed("no usable Lambda-Runtime-Aws-Request-Id")) {
            try response.invocationDetails()
        }
    }

    @Test("Requests have the documented paths, under the prefix that the address has")
    func requests() throws {
        let api = ScriptedRuntimeAPI([Answer.next("i", "1"), Answer.accepted, Answer.accepted, Answer.accepted])
        let connection = try connection(api, path: "/.rt/f/")
        _ = try connection.next()
        _ = try connection.postResponse(to: "i", "[1]")
        _ = try connection.postError(to: "i", FunctionError(type: "Bad", message: "m"))
        _ = try connection.postInitError(FunctionError(type: "Runtime.NoSuchHandler", message: "m"))
        let start = "/.rt/f/2018-06-01/runtime/"
        #expect(
            api.requests.map { "\($0.head.method) \($0.head.target)" } == [
                "GET \(start)invocation/next", "POST \(start)invocation/i/response", "POST \(start)invocation/i/error",
                "POST \(start)init/error",
            ])
        #expect(
            api.requests.map(\.body.string) == [
                "", "[1]", #"{"errorMessage":"m","errorType":"Bad","stackTrace":[]}"#,
                #"{"errorMessage":"m","errorType":"Runtime.NoSuchHandler","stackTrace":[]}"#,
            ])
        #expect(
            api.requests.map { $0.head.headers["Lambda-Runtime-Function-Error-Type"] } == [
                nil, nil, "Function.Bad", "Runtime.NoSuchHandler",
            ])
        #expect(api.requests.allSatisfy { $0.head.headers["Host"] == "127.0.0.1:9001" })
    }

    @Test("A small result goes out in one piece, a large one behind its head", arguments: [100, 16 * 1024, 6 << 20])
    func sends(count: Int) throws {
        let api = ScriptedRuntimeAPI([Answer.accepted])
        let body = Bytes([UInt8](repeating: 32, count: count))
        _ = try connection(api).postResponse(to: "i", body)
        #expect(api.requests.first?.body == body)
        #expect(api.sendSizes.count == (count <= 16 * 1024 ? 1 : 2))
    }

    @Test("A result that is refused before it was sent whole is a refusal, and the next request has a new connection")
    func refusedEarly() throws {
        let large = Bytes([UInt8](repeating: 32, count: 7 << 20))
        let api = ScriptedRuntimeAPI(sendLimit: 6 << 20, [Answer.status(413, "too large"), Answer.next("2", "{}")])
        let connection = try connection(api)
        #expect(try connection.postResponse(to: "1", large).status == 413)
        #expect(try connection.next().status == 200)
        #expect(api.connections == 2)
        #expect(throws: RuntimeAPIError.self) { try connection.postResponse(to: "1", large) }
    }

    @Test("Interim responses are passed over")
    func interim() throws {
        let api = ScriptedRuntimeAPI(["HTTP/1.1 100 Continue\r\n\r\n" + Answer.accepted])
        #expect(try connection(api).postResponse(to: "i", "1").status == 202)
    }

    @Test("A connection whose end was announced is made anew")
    func announcedClose() throws {
        let last = "HTTP/1.1 202 Accepted\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        let api = ScriptedRuntimeAPI([last, Answer.accepted])
        let connection = try connection(api)
        #expect(try connection.postResponse(to: "i", "1").status == 202)
        #expect(try connection.postResponse(to: "i", "1").status == 202)
        #expect(api.connections == 2)
    }

    @Test("A body may end with its connection")
    func closeDelimited() throws {
        let api = ScriptedRuntimeAPI(pieceSize: 5, ["HTTP/1.1 403 Forbidden\r\n\r\nuntil the end"])
        let response = try connection(api).next()
        #expect(response.status == 403)
        #expect(response.body.string == "until the end")
    }

    @Test(
        "A connection that ends too early is an error",
        arguments: ["", "HTTP/1.1 200 OK\r\nConte", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345"])
    func truncated(response: String) throws {
        #expect(throws: RuntimeAPIError.self) { try connection(ScriptedRuntimeAPI([response])).next() }
    }

    @Test(
        "What is not HTTP is an error", arguments: ["garbage\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "\u{0}\u{1}\u{2}"])
    func malformed(response: String) throws {
        #expect(throws: RuntimeAPIError.self) { try connection(ScriptedRuntimeAPI([response])).next() }
    }

    @Test(
        "The address of the Runtime API is taken apart",
        arguments: [
            ("127.0.0.1:9001", "127.0.0.1:9001", ""), ("http://h:1", "h:1", ""), ("h:1/a/b/", "h:1", "/a/b"),
            ("[::1]:9", "[::1]:9", ""),
        ])
    func address(text: String, authority: String, prefix: String) {
        let address = RuntimeAPIAddress(text)
        #expect(address?.authority == authority)
        #expect(address?.pathPrefix == prefix)
    }

    @Test("What names no host is no address", arguments: ["", "/path", "http://", "a b:1", "h:1\r\nX: y"])
    func noAddress(text: String) {
        #expect(RuntimeAPIAddress(text) == nil)
    }
}
