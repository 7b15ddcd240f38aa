// SPDX-License-Identifier: Apache-2.0
import Buffers
import HTTP1
import HTTPServer
import STSService
import ServiceProtocols
import Testing

@Suite("STS")
struct STSServiceTests {
    private let service = STSService(
        environment: ServiceEnvironment(account: "000000000000", region: "us-east-1", clock: StoppedClock()) { "id-1" })

    // Shape: STS API Reference, "GetCallerIdentity", sample response.
    @Test("GetCallerIdentity names the account, in a form or in a query")
    func callerIdentity() async {
        let form = "Action=GetCallerIdentity&Version=2011-06-15"
        let posted = await service.respond(to: HTTPRequest(method: "POST", path: "/", body: Bytes(form)))
        let got = await service.respond(to: HTTPRequest(method: "GET", path: "/", query: form))
        for response in [posted, got] {
            #expect(response.status == 200)
            #expect(response.headers["x-amzn-RequestId"] == "id-1")
            #expect(response.text.contains("<Arn>arn:aws:iam::000000000000:user/martlet</Arn>"))
            #expect(response.text.contains("<Account>000000000000</Account>"))
            #expect(response.text.contains("<ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata>"))
        }
    }

    @Test("An unknown operation gets AWS's error")
    func unknown() async {
        let form = Bytes("Action=AssumeRole&Version=2011-06-15")
        let response = await service.respond(to: HTTPRequest(method: "POST", path: "/", body: form))
        #expect(response.status == 400)
        #expect(response.text.contains("<Code>InvalidAction</Code>"))
        #expect(response.text.contains("Could not find operation AssumeRole for version 2011-06-15"))
        let empty = await service.respond(to: HTTPRequest(method: "POST", path: "/"))
        #expect(empty.text.contains("<Code>MissingAction</Code>"))
    }
}

private struct StoppedClock: EmulatorClock {
    let now = Timestamp(milliseconds: 0)

    func sleep(until deadline: Timestamp) async throws {}
}

extension HTTPResponse {
    fileprivate var text: String {
        guard case .bytes(let bytes) = body else { return "" }
        return bytes.string
    }
}
