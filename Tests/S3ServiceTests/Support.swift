// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import EventLoop
import Foundation
import HTTP1
import HTTPServer
import Randomness
import ServiceProtocols
import Store
import TestSupport

@testable import S3Service

/// Lambda as S3 sees it: keeps what it is given, and refuses as long as it is told to.
actor RecordingLambda: Invoking {
    private(set) var invocations: [Invocation] = []
    private var waiting: [CheckedContinuation<Invocation, Never>] = []
    private var refusals: [ServiceError] = []
    private var taken = 0

    func refuse(_ errors: [ServiceError]) { refusals = errors }

    func invoke(_ invocation: Invocation) async throws(ServiceError) -> InvocationResult {
        throw ServiceError(code: "ServiceException", message: "S3 does not wait for results", status: 500)
    }

    func invokeAsync(_ invocation: Invocation) async throws(ServiceError) -> String {
        if !refusals.isEmpty { throw refusals.removeFirst() }
        invocations.append(invocation)
        if !waiting.isEmpty {
            taken += 1
            waiting.removeFirst().resume(returning: invocation)
        }
        return "id"
    }

    func allows(_ caller: ServiceCaller, toInvoke function: String) async -> Bool {
        !function.hasSuffix("gone") && caller.sourceARN == "arn:aws:s3:::shelf"
    }

    /// The next invocation that was not looked at yet.
    func next() async -> Invocation {
        if taken < invocations.count {
            taken += 1
            return invocations[taken - 1]
        }
        return await withCheckedContinuation { waiting.append($0) }
    }
}

/// A body that comes in pieces.
actor PiecewiseBody: RequestBody {
    nonisolated let length: Int?
    private var pieces: ArraySlice<Bytes>
    private let breaksOff: Bool

    init(_ pieces: [Bytes], length: Int? = nil, breaksOff: Bool = false) {
        self.pieces = pieces[...]
        self.length = length ?? pieces.reduce(0) { $0 + $1.count }
        self.breaksOff = breaksOff
    }

    func collect(limit: Int) async throws(RequestBodyError) -> Bytes {
        var builder = BytesBuilder()
        while let piece = try await next() { builder.append(piece) }
        return builder.finish()
    }

    func next() async throws(RequestBodyError) -> Bytes? {
        if let piece = pieces.popFirst() { return piece }
        if breaksOff { throw .truncated }
        return nil
    }
}

/// Collects what a streamed response writes.
actor BodyCollector: ResponseBodyWriter {
    private(set) var bytes: [UInt8] = []
    func write(_ piece: Bytes) async throws { bytes += piece.array }
}

/// S3 on a state directory of its own.
struct Fixture: Sendable {
    let s3: S3Service
    let lambda: RecordingLambda
    let clock: ManualClock
    let directory: URL

    static let function = "arn:aws:lambda:us-east-1:000000000000:function:f"
    private static let anyone =
        "AWS4-HMAC-SHA256 Credential=anyone/20270115/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"

    /// Runs a test with a bucket named `shelf`.
    static func with(
        region: String = "us-east-1", _ body: (Fixture) async throws -> Void
    ) async throws {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("s3-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        try await with(root.appendingPathComponent("state"), region: region) { fixture in
            try await fixture.s3.createBucket("shelf")
            try await body(fixture)
        }
    }

    /// Runs a test on a state directory that may be an earlier run's.
    static func with(
        _ directory: URL, region: String = "us-east-1", _ body: (Fixture) async throws -> Void
    ) async throws {
        let loop = try EventLoop.start(named: "s3-test")
        let store = try Store.open(directory: directory)
        let (clock, lambda) = (ManualClock(start: Timestamp(milliseconds: 1_800_000_000_000)), RecordingLambda())
        let environment = ServiceEnvironment(account: "000000000000", region: region, clock: clock) {
            UUID().uuidString.lowercased()
        }
        let issued = Credentials(accessKeyID: "ASIAFUNCTION", secretAccessKey: "secret", sessionToken: "token")
        let s3 = try await S3Service.open(
            environment: environment, loop: loop, store: store, objects: directory.appendingPathComponent("objects"),
            access: S3Access { $0 == issued.accessKeyID ? issued : nil }, invoking: lambda)
        let fixture = Fixture(s3: s3, lambda: lambda, clock: clock, directory: directory)
        let result: Result<Void, any Error>
        do { result = .success(try await body(fixture)) } catch { result = .failure(error) }
        clock.advance(by: .seconds(1_000_000))
        await s3.stop()
        try store.close()
        await loop.shutdown()
        try result.get()
    }

    func send(
        _ method: String, _ target: String, _ headers: HTTPHeaders = [:], body: Bytes, isSigned: Bool = true
    ) async -> HTTPResponse {
        await send(method, target, headers, body: BufferedBody(body), isSigned: isSigned)
    }

    func send(
        _ method: String, _ target: String, _ headers: HTTPHeaders = [:], body: any RequestBody = BufferedBody.empty,
        isSigned: Bool = true
    ) async -> HTTPResponse {
        let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
        var headers = headers
        if !headers.contains("host") { headers.add("Host", "127.0.0.1:4566") }
        if isSigned { headers.add("Authorization", Self.anyone) }
        return await s3.respond(
            to: HTTPRequest(
                method: method, path: parts[0], query: parts.count == 2 ? parts[1] : nil, headers: headers, body: body))
    }

    @discardableResult
    func put(_ key: String, _ body: Bytes, _ headers: HTTPHeaders = [:]) async -> HTTPResponse {
        await send("PUT", "/shelf/\(key)", headers, body: body)
    }

    func get(_ key: String) async throws -> [UInt8]? {
        let response = await send("GET", "/shelf/\(key)")
        return response.status == 200 ? try await response.bytes() : nil
    }

    func keys(_ query: String = "") async throws -> [String] {
        let text = await send("GET", "/shelf?list-type=2&\(query)").text
        return text.matches(of: /<Key>([^<]*)<\/Key>/).map { String($0.1) }
    }

    func notify(_ rules: NotificationRule...) async throws {
        try await s3.setNotifications(rules, of: "shelf")
    }

    static func rule(
        _ events: String..., id: String = "rule", prefix: String = "", suffix: String = ""
    ) -> NotificationRule {
        NotificationRule(id: id, function: function, events: events, prefix: prefix, suffix: suffix)
    }

    /// How many files hold bodies, those that are still written included.
    func files() throws -> Int {
        let objects = directory.appendingPathComponent("objects").path
        return try FileManager.default.subpathsOfDirectory(atPath: objects).filter { $0.contains("-") }.count
    }
}

extension HTTPResponse {
    /// The body as text; empty for a streamed one.
    var text: String {
        if case .bytes(let bytes) = body { bytes.string } else { "" }
    }

    /// The code of an error's document; nil for an answer that is none.
    var code: String? { text.firstMatch(of: /<Code>([^<]*)<\/Code>/).map { String($0.1) } }

    func bytes() async throws -> [UInt8] {
        switch body {
        case .bytes(let bytes): return bytes.array
        case .stream(_, let write):
            let collector = BodyCollector()
            try await write(collector)
            return await collector.bytes
        }
    }
}
