// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import HTTP1
import HTTPServer
import ProxyIntegration
import Randomness
import Testing

@testable import LambdaService

@Suite("Function URLs: hosts, origins, preludes")
struct FunctionURLTests {
    @Test(
        "A host names a function URL here and on AWS, and nothing else does",
        arguments: [
            ("abc.lambda-url.us-east-1.localhost:4566", "abc"), ("ABC.Lambda-URL.eu-west-1.on.aws", "abc"),
            ("abc.execute-api.localhost", nil), ("localhost:4566", nil), ("lambda-url.localhost", nil), ("", nil),
            ("a.lambda-url", nil),
        ] as [(String, String?)])
    func hosts(host: String, id: String?) {
        #expect(FunctionURL.id(inHost: host) == id)
    }

    @Test("Ids are 32 lower-case letters and digits")
    func ids() {
        var random = RandomBits(seed: 7)
        let (first, second) = (FunctionURL.makeID(&random), FunctionURL.makeID(&random))
        #expect(first != second && first.utf8.count == 32)
        #expect(first.utf8.allSatisfy { (97...122).contains($0) || (50...55).contains($0) })
    }

    private func request(_ method: String, _ headers: HTTPHeaders) -> HTTPRequest {
        HTTPRequest(method: method, path: "/", headers: headers)
    }

    // https://docs.aws.amazon.com/lambda/latest/api/API_Cors.html, https://fetch.spec.whatwg.org/#http-cors-protocol.
    @Test("A preflight is answered with what is allowed, to whom it is allowed")
    func preflight() throws {
        let cors = CORSRules(
            allowCredentials: true, allowHeaders: ["x-a", "x-b"], allowMethods: ["GET", "PUT"],
            allowOrigins: ["https://one.example", "http://*"], exposeHeaders: ["x-c"], maxAge: 60)
        let asked: HTTPHeaders = ["Origin": "https://one.example", "Access-Control-Request-Method": "PUT"]
        let answer = try #require(cors.preflight(request("OPTIONS", asked), status: 200))
        #expect(answer.status == 200)
        #expect(
            Dictionary(answer.headers.map { ($0.name, $0.value) }) { $1 } == [
                "access-control-allow-origin": "https://one.example", "access-control-allow-credentials": "true",
                "access-control-allow-methods": "GET,PUT", "access-control-allow-headers": "x-a,x-b",
                "access-control-max-age": "60", "vary": "Origin",
            ])
        var other = asked
        other["Origin"] = "https://two.example"
        #expect(try #require(cors.preflight(request("OPTIONS", other), status: 200)).headers.count == 0)
        other["Origin"] = "http://anything"
        #expect(
            try #require(cors.preflight(request("OPTIONS", other), status: 200)).headers.contains(
                "access-control-allow-origin"))
        // An OPTIONS that no browser sends ahead is the function's.
        #expect(cors.preflight(request("OPTIONS", ["Origin": "https://one.example"]), status: 200) == nil)
        #expect(cors.preflight(request("GET", asked), status: 200) == nil)
    }

    @Test("An answer tells its page what it may read, in place of what the function says")
    func answer() {
        let cors = CORSRules(allowOrigins: ["*"], exposeHeaders: ["x-c"])
        var response = HTTPResponse(status: 200, headers: ["Access-Control-Allow-Origin": "https://own.example"])
        cors.apply(to: &response, origin: nil)
        #expect(response.headers["access-control-allow-origin"] == "https://own.example")
        cors.apply(to: &response, origin: "https://page.example")
        #expect(response.headers.values("access-control-allow-origin") == ["*"])
        #expect(response.headers["access-control-expose-headers"] == "x-c")
        #expect(!response.headers.contains("vary"))
    }

    private static let zeros = [UInt8](repeating: 0, count: 8)

    @Test("A prelude is found whatever pieces it comes in", arguments: [1, 3, 1000])
    func prelude(size: Int) throws {
        let text = #"{"statusCode":201,"headers":{"X-A":"1","content-type":"text/html"},"cookies":["a=b","c=d"]}"#
        let bytes = Array(text.utf8) + Self.zeros + Array("body".utf8)
        var prelude = IntegrationPrelude()
        var body: [UInt8] = []
        var found: HTTPResponse?
        for start in stride(from: 0, to: bytes.count, by: size) {
            let piece = Bytes(bytes[start..<min(start + size, bytes.count)])
            guard found == nil else {
                body += piece.array
                continue
            }
            if case .complete(let response, let first) = prelude.append(piece) {
                found = response
                body += first.array
            }
        }
        let response = try #require(found)
        #expect(response.status == 201 && body == Array("body".utf8))
        #expect(response.headers["x-a"] == "1" && response.headers["content-type"] == "text/html")
        #expect(response.headers.values("set-cookie") == ["a=b", "c=d"])
    }

    @Test("A prelude without a status is a 200, one that is no JSON is none")
    func oddPreludes() {
        var bare = IntegrationPrelude()
        guard case .complete(let response, _) = bare.append(Bytes(Array("{}".utf8) + Self.zeros)) else {
            Issue.record("not complete")
            return
        }
        #expect(response.status == 200 && response.headers["content-type"] == "application/octet-stream")
        for text in ["", "no JSON", #"{"statusCode":"many"}"#, #"{"statusCode":99}"#] {
            var prelude = IntegrationPrelude()
            guard case .malformed = prelude.append(Bytes(Array(text.utf8) + Self.zeros)) else {
                Issue.record("\(text) was taken")
                continue
            }
        }
        var endless = IntegrationPrelude()
        guard case .malformed = endless.append(Bytes([UInt8](repeating: 65, count: IntegrationPrelude.limit + 1)))
        else {
            Issue.record("a prelude without end was taken")
            return
        }
    }

    @Test("A signature is checked for keys that are known, and for Lambda")
    func signatures() throws {
        let issued = FunctionCredentials(accessKeyID: "ASIAOWN", secretAccessKey: "secret", sessionToken: "token")
        let checker = FunctionURLSignature(issued: issued)
        let now: Int64 = 1_764_000_000_000
        func caller(_ headers: HTTPHeaders) throws(AWSError) -> FunctionURLCaller? {
            try checker.caller(of: request("GET", headers), body: Bytes(), now: now)
        }
        #expect(try caller([:]) == nil)
        let wrong = String(repeating: "0", count: 64)
        func header(_ key: String, _ service: String, _ signature: String) -> HTTPHeaders {
            [
                "Host": "x", "X-Amz-Date": "20251124T160000Z",
                "Authorization": "AWS4-HMAC-SHA256 Credential=\(key)/20251124/us-east-1/\(service)/aws4_request, "
                    + "SignedHeaders=host;x-amz-date, Signature=\(signature)",
            ]
        }
        #expect(try caller(header("AKIASTRANGER", "lambda", wrong)) == .identity(accessKeyID: "AKIASTRANGER"))
        #expect(try caller(header("test", "lambda", "unused")) == .identity(accessKeyID: "test"))
        for (key, service) in [("test", "lambda"), ("ASIAOWN", "lambda"), ("AKIASTRANGER", "s3")] {
            #expect(throws: AWSError.self) { try caller(header(key, service, wrong)) }
        }
    }
}
