// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import LambdaService

private func read(_ json: String, _ api: TelemetryAPI = .telemetry) -> Result<TelemetrySubscription, RuntimeAPIError> {
    do throws(RuntimeAPIError) {
        return .success(try TelemetrySubscription(Array(json.utf8), api))
    } catch {
        return .failure(error)
    }
}

private func problem(_ json: String, _ api: TelemetryAPI = .telemetry) -> String? {
    if case .failure(let error) = read(json, api) { error.message } else { nil }
}

/// A subscription with some members replaced.
private func json(
    version: String = #""2022-12-13""#, types: String = #"["platform"]"#,
    destination: String = #"{"protocol":"HTTP","URI":"http://sandbox.localdomain:8080"}"#, buffering: String = "null"
) -> String {
    #"{"schemaVersion":\#(version),"types":\#(types),"destination":\#(destination),"buffering":\#(buffering)}"#
}

// https://docs.aws.amazon.com/lambda/latest/dg/telemetry-api-reference.html
@Suite("Subscriptions to telemetry")
struct TelemetrySubscriptionTests {
    @Test("A subscription has the documented defaults")
    func defaults() throws {
        let subscription = try read(json()).get()
        #expect(subscription.schema == .december2022 && subscription.types == [.platform])
        #expect(subscription.destination == .http(port: 8080, path: "/", method: "POST"))
        #expect(subscription.buffering == .init(maxItems: 10_000, maxBytes: 262_144, timeoutMilliseconds: 1000))
        let logs = try read(
            #"{"types":["function","extension","function"],"destination":{"protocol":"HTTP","method":"PUT","#
                + #""encoding":"JSON","URI":"http://sandbox:1/a%20b/c"}}"#, .logs
        ).get()
        #expect(logs.schema == .logs2020 && logs.types == [.function, .extension])
        #expect(logs.destination == .http(port: 1, path: "/a%20b/c", method: "PUT"))
    }

    @Test("A subscription of TCP names its port, or has it in the address")
    func tcp() throws {
        for destination in [
            #"{"protocol":"TCP","port":4000}"#, #"{"protocol":"TCP","URI":"http://sandbox.localdomain:4000"}"#,
            #"{"protocol":"TCP","URI":"tcp://sandbox.localdomain:4000"}"#,
        ] {
            #expect(try read(json(destination: destination)).get().destination == .tcp(port: 4000))
        }
    }

    @Test("All that is wrong is told, in the documented words")
    func problems() {
        #expect(
            read(json(types: "[]", destination: #"{"protocol":"HTTP","URI":"http://sandbox.localdomain"}"#))
                == .failure(
                    RuntimeAPIError(
                        status: 400, type: "ValidationError",
                        message: "URI port is not provided; types should not be empty")))
        guard case .failure(let error) = read("{}", .logs) else {
            Issue.record("taken")
            return
        }
        #expect(error.type == "Logs.ValidationError" && error.status == 400)
    }

    @Test(
        "What is not documented is refused",
        arguments: [
            (json(version: #""2021-03-18""#), "TelemetryAPI only supports the following SchemaVersion: "),
            (json(version: "null"), "schemaVersion is not provided"),
            (json(types: #"["platform","all"]"#), "types should be platform, function or extension"),
            (json(destination: "null"), "destination is not provided"),
            (json(destination: #"{"protocol":"UDP"}"#), "protocol should be HTTP or TCP"),
            (json(destination: #"{"protocol":"HTTP"}"#), "URI is not provided"),
            (json(destination: #"{"protocol":"HTTP","URI":"https://sandbox:1"}"#), "URI is not valid"),
            (json(destination: #"{"protocol":"HTTP","URI":"http://a@sandbox:1"}"#), "URI is not valid"),
            (json(destination: #"{"protocol":"HTTP","URI":":"}"#), "URI is not valid"),
            (
                json(destination: #"{"protocol":"HTTP","URI":"http://169.254.169.254:80"}"#),
                "destination.URI host must be sandbox.localdomain"
            ),
            (json(destination: #"{"protocol":"HTTP","URI":"http://sandbox:9001"}"#), "port 9001 is reserved"),
            (json(destination: #"{"protocol":"TCP","port":0}"#), "port should be between 1 and 65535"),
            (json(destination: #"{"protocol":"TCP","port":65536}"#), "port should be between 1 and 65535"),
            (
                json(destination: #"{"protocol":"HTTP","URI":"http://sandbox:1","method":"PUT"}"#),
                "method should be POST"
            ),
            (
                json(destination: #"{"protocol":"HTTP","URI":"http://sandbox:1","encoding":"XML"}"#),
                "encoding should be JSON"
            ),
            (json(buffering: #"{"maxItems":999}"#), "maxItems should be between 1000 and 10000"),
            (json(buffering: #"{"maxBytes":1048577}"#), "maxBytes should be between 262144 and 1048576"),
            (json(buffering: #"{"timeoutMs":24}"#), "timeoutMs should be between 25 and 30000"),
            (#"["#, "the body is not a subscription in JSON"), (#"{"types":3}"#, "the body is not a subscription"),
        ])
    func refused(json: String, message: String) {
        #expect(problem(json)?.contains(message) == true, "\(problem(json) ?? "taken")")
    }

    @Test("The limits of buffering are taken", arguments: [(1000, 262_144, 25), (10_000, 1_048_576, 30_000)])
    func limits(items: Int, bytes: Int, timeout: Int) throws {
        let text = json(buffering: #"{"maxItems":\#(items),"maxBytes":\#(bytes),"timeoutMs":\#(timeout)}"#)
        #expect(
            try read(text).get().buffering
                == .init(maxItems: items, maxBytes: bytes, timeoutMilliseconds: timeout))
    }
}
