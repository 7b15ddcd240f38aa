// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import EventLoop
import FoundationEssentials
import HTTP1
import HTTPServer
import Locks
import ServiceProtocols
import Synchronization
import TestSupport
import Testing

@testable import SNSService

/// An SNS in memory, with a clock that a test moves and a Lambda that records.
struct Harness {
    static let function = "arn:aws:lambda:us-east-1:000000000000:function:tracker"
    /// Making a key takes long: one serves all tests.
    private static let shared = Result {
        let loop = try EventLoop.start(named: "sns")
        return (loop: loop, signer: NotificationSigner(loop: loop))
    }

    let clock = ManualClock(start: Timestamp(milliseconds: 1_700_000_000_123))
    let lambda = RecordingLambda()
    let service: SNSService

    init() throws {
        let shared = try Self.shared.get()
        let counter = Atomic64()
        let environment = ServiceEnvironment(account: "000000000000", region: "us-east-1", clock: clock) {
            "00000000-0000-4000-8000-\(String(1_000_000_000_000 + counter.next()).dropFirst())"
        }
        service = SNSService(
            environment: environment, loop: shared.loop, lambda: lambda, signer: shared.signer
        ) { "http://127.0.0.1:4566" }
    }

    /// Sends an operation with its parameters.
    func call(_ action: String, _ parameters: [(String, String)] = []) async -> Answer {
        var query = QueryString()
        for (name, value) in [("Action", action), ("Version", "2010-03-31")] + parameters { query.add(name, value) }
        let request = HTTPRequest(method: "POST", path: "/", body: Bytes(query.encoded))
        return Answer(await service.respond(to: request))
    }

    /// A topic with one subscribed function.
    func subscribedTopic(_ attributes: [(String, String)] = []) async -> (topic: String, subscription: String) {
        let topic = await call("CreateTopic", [("Name", "success")]).element("TopicArn") ?? ""
        let subscribed = await call(
            "Subscribe",
            [("TopicArn", topic), ("Protocol", "lambda"), ("Endpoint", Self.function)] + attributes)
        return (topic, subscribed.element("SubscriptionArn") ?? "")
    }
}

final class Atomic64: Sendable {
    private let value = Atomic<Int>(0)

    func next() -> Int { value.add(1, ordering: .relaxed).newValue }
}

/// What SNS answered.
struct Answer {
    let status: Int
    let headers: HTTPHeaders
    let text: String

    init(_ response: HTTPResponse) {
        status = response.status
        headers = response.headers
        text = if case .bytes(let bytes) = response.body { bytes.string } else { "" }
    }

    /// The texts of all elements of a name, unescaped as far as these tests need it.
    func elements(_ name: String) -> [String] {
        text.split(separator: "<\(name)>").dropFirst().compactMap { piece in
            piece.firstRange(of: "</\(name)>").map { end in
                String(piece[..<end.lowerBound]).replacing("&quot;", with: "\"").replacing("&amp;", with: "&")
            }
        }
    }

    func element(_ name: String) -> String? { elements(name).first }

    /// The value of an entry of an attribute map.
    func attribute(_ name: String) -> String? {
        guard let start = text.firstRange(of: "<key>\(name)</key><value>") else { return nil }
        let rest = text[start.upperBound...]
        guard let end = rest.firstRange(of: "</value>") else { return nil }
        return String(rest[..<end.lowerBound]).replacing("&quot;", with: "\"")
    }
}

/// Records what is to be invoked, and accepts or refuses it as a test says.
final class RecordingLambda: Invoking {
    private struct State {
        var invocations: [Invocation] = []
        /// The statuses of the next failures.
        var failures: [Int] = []
        var waiters: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Locked(State())

    var invocations: [Invocation] { state.withLock { $0.invocations } }

    /// The next attempts fail with these statuses; later ones are accepted.
    func fail(with statuses: [Int]) {
        state.withLock { $0.failures = statuses }
    }

    /// Returns once there were so many attempts.
    func attempts(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                guard state.invocations.count < count else { return true }
                state.waiters.append((count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    func invokeAsync(_ invocation: Invocation) async throws(ServiceError) -> String {
        let (status, woken) = state.withLock { state in
            state.invocations.append(invocation)
            let woken = state.waiters.filter { $0.count <= state.invocations.count }
            state.waiters.removeAll { $0.count <= state.invocations.count }
            return (state.failures.isEmpty ? nil : state.failures.removeFirst(), woken)
        }
        for waiter in woken { waiter.continuation.resume() }
        if let status { throw ServiceError(code: "Failure", message: "", status: status) }
        return "request"
    }

    func invoke(_ invocation: Invocation) async throws(ServiceError) -> InvocationResult {
        throw ServiceError(code: "ServiceException", message: "SNS invokes asynchronously", status: 500)
    }

    func allows(_ caller: ServiceCaller, toInvoke function: String) async -> Bool { true }
}
