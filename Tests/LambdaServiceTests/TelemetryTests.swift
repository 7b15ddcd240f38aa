// SPDX-License-Identifier: Apache-2.0
import Buffers
import Foundation
import ServiceProtocols
import TestSupport
import Testing

@testable import LambdaService

/// An extension that subscribes as the function's variable `MODE` says, and writes what it gets to a file.
private let subscriberScript = """
    #!/usr/bin/env python3
    import http.client, http.server, json, os, socket, sys, threading
    mode = os.environ["MODE"]
    received = open("received", "a", buffering=1)
    api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    def call(method, path, body=None, headers={}):
        api.request(method, path, body, headers)
        answer = api.getresponse()
        return answer, answer.read().decode()
    def take(events):
        for event in events:
            received.write(json.dumps(event) + "\\n")
            if event["type"] == "platform.logsDropped": print("told of drops", flush=True)
            if event["type"] == "platform.start": print("told of a start", flush=True)
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if mode == "slow": open("go").close()
            take(json.loads(body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()
        do_PUT = do_POST
        def log_message(self, *_): pass
    connections = []
    accepted = threading.Event()
    def read_lines(listener):
        connections.append(listener.accept()[0])
        accepted.set()
        for line in connections[0].makefile(): take([json.loads(line)])
    def listen(port=0):
        if mode == "tcp":
            listener = socket.create_server(("127.0.0.1", port))
            global reader
            reader = threading.Thread(target=read_lines, args=[listener], daemon=True)
            reader.start()
            return listener.getsockname()[1]
        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server.server_port
    if mode == "late":
        with socket.create_server(("127.0.0.1", 0)) as reserved: port = reserved.getsockname()[1]
    else:
        port = listen()
    answer, _ = call("POST", "/2020-01-01/extension/register", '{"events": ["INVOKE", "SHUTDOWN"]}',
                     {"Lambda-Extension-Name": "subscriber"})
    me = {"Lambda-Extension-Identifier": answer.getheader("Lambda-Extension-Identifier")}
    def subscribe(api="telemetry", **changes):
        version, path = {"telemetry": ("2022-12-13", "/2022-07-01/telemetry"), "logs": ("2021-03-18", "/2020-08-15/logs")}[api]
        request = {
            "schemaVersion": version, "types": ["platform", "function"],
            "destination": {"protocol": "HTTP", "URI": f"http://sandbox.localdomain:{port}/x"},
            "buffering": {"timeoutMs": 25, "maxItems": 1000, "maxBytes": 262144}} | changes
        answer, body = call("PUT", path, json.dumps(request), me)
        print("subscribed", answer.status, body, flush=True)
    if mode == "logs": subscribe("logs", destination={"protocol": "HTTP", "method": "PUT", "URI": f"http://sandbox:{port}"})
    elif mode == "tcp": subscribe(destination={"protocol": "TCP", "port": port})
    elif mode == "slow": subscribe(types=["function"])
    else: subscribe()
    if mode == "again":
        subscribe()
        subscribe("logs")
        subscribe(types=[])
        print("unknown", *(
            (answer.status, json.loads(body)["errorType"]) for answer, body in [
                call("PUT", "/2022-07-01/telemetry", "{}", {"Lambda-Extension-Identifier": "0" * 8 + "-0000" * 3 + "-" + "0" * 12}),
                call("PUT", "/2022-07-01/telemetry", "{}")]), flush=True)
    while True:
        _, body = call("GET", "/2020-01-01/extension/event/next", None, me)
        event = json.loads(body)
        if event["eventType"] == "SHUTDOWN":
            if mode == "tcp":
                # What has come is still to be read.
                accepted.wait()
                connections[0].shutdown(socket.SHUT_RD)
                reader.join()
            received.write('{"type": "SHUTDOWN"}\\n')
            break
        if mode == "late" and port: port = listen(port) and None
        if mode == "again": subscribe()

    """

extension ServiceFixture {
    /// Invokes until the log has a line: an environment that nobody uses stands still.
    fileprivate func invoke(untilLogHas line: String) async throws {
        repeat {
            // A time limit that is over shows as a failure, not as a test without an end.
            try Task.checkCancellation()
            _ = try await invoke()
        } while !log().contains(line)
    }
}

private struct Received: Decodable {
    struct Record: Decodable {
        var text: String?
        var droppedRecords: Int?
        var requestId: String?

        init(from decoder: any Decoder) throws {
            if let text = try? decoder.singleValueContainer().decode(String.self) {
                self.text = text
                return
            }
            let container = try decoder.container(keyedBy: Keys.self)
            droppedRecords = try container.decodeIfPresent(Int.self, forKey: .droppedRecords)
            requestId = try container.decodeIfPresent(String.self, forKey: .requestId)
        }

        enum Keys: CodingKey { case droppedRecords, requestId }
    }

    var type: String
    var record: Record?
}

extension ServiceFixture {
    fileprivate func subscribed(_ mode: String, _ configure: (inout FunctionConfiguration) -> Void = { _ in })
        async throws
    {
        let folder = directory.appendingPathComponent("opt/extensions")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appendingPathComponent("subscriber").path
        try subscriberScript.write(toFile: file, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
        try await function {
            $0.code.optFolder = directory.appendingPathComponent("opt").path
            $0.environment = ["MODE": mode]
            configure(&$0)
        }
    }

    /// What the extension got, once everything has ended.
    fileprivate func received() async throws -> [Received] {
        await service.stop()
        let file = try String(contentsOf: directory.appendingPathComponent("task-f/received"), encoding: .utf8)
        return try file.split(separator: "\n").map { try JSONDecoder().decode(Received.self, from: Data($0.utf8)) }
    }
}

// https://docs.aws.amazon.com/lambda/latest/dg/telemetry-api.html
@Suite("Telemetry", .timeLimit(.minutes(2)))
struct TelemetryTests {
    private static let ofInvocation: [Substring] = ["start", "runtimeDone", "report"]

    @Test("A subscriber gets all events from the init's beginning on, by HTTP and by TCP", arguments: ["http", "tcp"])
    func delivery(mode: String) async throws {
        try await ServiceFixture.run { fixture in
            try await fixture.subscribed(mode)
            var ids: [String] = []
            for _ in 0..<2 { ids.append(try await fixture.invoke("f", #"{"do":"say","text":"hello\n"}"#).requestID) }
            let received = try await fixture.received()
            let platform = received.filter { $0.type.hasPrefix("platform.") }
            let types = platform.map { $0.type.dropFirst("platform.".count) }
            // The runtime starts when the extension has registered, and may be ready before it has subscribed.
            #expect(types.first == "initStart" && types.dropFirst(3).prefix(2) == ["extension", "initReport"])
            #expect(types.dropFirst().prefix(2).sorted() == ["initRuntimeDone", "telemetrySubscription"])
            #expect(types.dropFirst(5) == (Self.ofInvocation + Self.ofInvocation)[...])
            #expect(platform.suffix(6).compactMap(\.record?.requestId) == ids.flatMap { [$0, $0, $0] })
            let lines = received.filter { $0.type == "function" }.compactMap(\.record?.text)
            #expect(lines.count == 3 && lines.filter { $0 == "hello\n" }.count == 2)
            // What there was to tell came before the word of the end.
            #expect(received.last?.type == "SHUTDOWN")
            #expect(
                fixture.log().contains(
                    "TELEMETRY\tName: subscriber\tState: Subscribed\tTypes: [Platform, Function]\n"))
        }
    }

    // https://docs.aws.amazon.com/lambda/latest/dg/runtimes-logs-api.html
    @Test("The Logs API has events of its own, and sends with PUT where that is wanted")
    func logs() async throws {
        try await ServiceFixture.run { fixture in
            try await fixture.subscribed("logs")
            let id = try await fixture.invoke("f", #"{"do":"exit","status":3}"#).requestID
            let received = try await fixture.received().filter { $0.type.hasPrefix("platform.") }
            #expect(
                received.map(\.type)
                    == ["logsSubscription", "extension", "start", "fault", "runtimeDone", "end", "report"].map {
                        "platform.\($0)"
                    })
            #expect(
                received.first { $0.type == "platform.fault" }?.record?.text
                    == "RequestId: \(id) Error: Runtime exited with error: exit status 3\nRuntime.ExitError\n")
            #expect(
                fixture.log().contains("LOGS\tName: subscriber\tState: Subscribed\tTypes: [Platform, Function]\n"))
        }
    }

    @Test("What a slow subscriber misses is counted: nothing goes without a word")
    func slow() async throws {
        try await ServiceFixture.run { fixture in
            try await fixture.subscribed("slow")
            let gate = NamedPipe(at: fixture.directory.appendingPathComponent("task-f/go").path)
            defer { gate.close() }
            let line = String(repeating: "x", count: 999)
            let text = Array(repeating: line, count: 2000).joined(separator: #"\n"#)
            _ = try await fixture.invoke("f", #"{"do":"say","text":"\#(text)"}"#)
            gate.open()
            try await fixture.invoke(untilLogHas: "told of drops\n")
            let received = try await fixture.received()
            let dropped = received.compactMap(\.record?.droppedRecords).reduce(0, +)
            #expect(dropped > 0)
            // The first line is the bootstrap's own.
            #expect(received.filter { $0.type == "function" }.count + dropped == 2001)
        }
    }

    @Test("A subscriber that does not listen yet gets everything when it does")
    func late() async throws {
        try await ServiceFixture.run { fixture in
            try await fixture.subscribed("late")
            try await fixture.invoke(untilLogHas: "told of a start\n")
            let types = try await fixture.received().map(\.type)
            #expect(types.first == "platform.initStart" && types.contains("platform.start"))
        }
    }

    @Test("Subscribing is for the init; the same again is no second subscription, and one API excludes the other")
    func again() async throws {
        try await ServiceFixture.run { fixture in
            try await fixture.subscribed("again")
            _ = try await fixture.invoke()
            let received = try await fixture.received()
            #expect(received.filter { $0.type == "platform.start" }.count == 1)
            let log = fixture.log()
            for line in [
                #"subscribed 200 "OK""#, "State: Already subscribed",
                #"subscribed 400 {"errorMessage":"The extension subscriber is already subscribed to the TelemetryAPI."#,
                #"subscribed 400 {"errorMessage":"types should not be empty","errorType":"ValidationError"}"#,
                "unknown (403, 'Extension.UnknownExtensionIdentifier') (403, 'Extension.MissingExtensionIdentifier')",
                #"subscribed 403 {"errorMessage":"Telemetry API subscription is closed already","#
                    + #""errorType":"Telemetry.SubscriptionClosed"}"#,
            ] {
                #expect(log.contains(line), "\(line)")
            }
        }
    }
}
