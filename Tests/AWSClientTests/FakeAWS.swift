// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import Curl
import Locks

@testable import AWSClient

/// AWS without a network: checks each request's signature, notes the request, and gives the next answer.
final class FakeAWS: Transport {
    static let now: Int64 = 1_700_000_000_000
    static let credentials = Credentials(accessKeyID: "AKID", secretAccessKey: "secret", sessionToken: "token")

    private struct State {
        var requests: [CurlRequest] = []
        var answers: [CurlResponse]
    }

    private let state: Locked<State>

    init(_ answers: CurlResponse...) {
        state = Locked(State(answers: answers))
    }

    var requests: [CurlRequest] { state.withLock { $0.requests } }

    func client(
        _ variables: [String: String] = [:], retries: RetryPolicy = RetryPolicy(attempts: 1)
    ) throws -> AWSClient {
        let environment = [
            "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_SESSION_TOKEN": "token",
        ]
        let configuration = try ClientConfiguration(environment.merging(variables) { $1 }) { $0.contains("pki") }
        return AWSClient(configuration, transport: self, clock: { Self.now }, retries: retries)
    }

    func send(_ request: CurlRequest) async throws -> CurlResponse {
        state.withLock { state in
            state.requests.append(request)
            guard isSigned(request) else { return .answer(403, body: "SignatureDoesNotMatch") }
            return state.answers.isEmpty ? .answer(500) : state.answers.removeFirst()
        }
    }

    private func isSigned(_ request: CurlRequest) -> Bool {
        let isS3 = request.headers.contains { $0.name == "x-amz-content-sha256" }
        let hash = (request.body ?? Bytes()).withUnsafeBytes { Checksum.sha256Hex($0) }
        return SigV4Verifier(dialect: isS3 ? .s3 : .json) { $0 == "AKID" ? Self.credentials : nil }
            .verify(Self.signable(request), bodyHash: isS3 ? nil : hash, now: Self.now).isVerified
    }

    static func signable(_ request: CurlRequest) -> SignableRequest {
        signable(method: request.method, url: request.url, headers: request.headers)
    }

    static func signable(method: String, url: String, headers: [(name: String, value: String)]) -> SignableRequest {
        let rest = url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false).last ?? ""
        let target = rest[(rest.firstIndex(of: "/") ?? rest.endIndex)...]
        let parts = target.split(separator: "?", maxSplits: 1)
        return SignableRequest(
            method: method, path: String(parts.first ?? "/"), query: parts.count > 1 ? String(parts[1]) : nil,
            headers: headers)
    }
}

extension Authentication {
    var isVerified: Bool {
        if case .verified = self { true } else { false }
    }
}

extension CurlResponse {
    static func answer(_ status: Int, _ headers: [(name: String, value: String)] = [], body: String = "")
        -> CurlResponse
    {
        CurlResponse(head: CurlResponseHead(status: status, headers: headers), body: Bytes(body))
    }
}

extension CurlRequest {
    func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
