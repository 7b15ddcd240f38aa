// SPDX-License-Identifier: Apache-2.0
import Curl
import Dispatch
import FunctionClock

/// Sends requests; tests have one without a network.
protocol Transport: Sendable {
    func send(_ request: CurlRequest) async throws -> CurlResponse
}

/// Sends requests with libcurl's blocking calls, on threads that are there to be blocked.
///
/// libcurl waits inside its call. On a thread of Swift's own pool, which has as many as there are processors (often one
/// or two in Lambda), a few such waits would stop every other task of the handler. Dispatch has threads for this at
/// hand, and Swift's runtime links it anyway.
final class CurlTransport: Transport {
    private let handles = EasyHandlePool()
    private let queue = DispatchQueue(label: "AWSClient", attributes: .concurrent)

    func send(_ request: CurlRequest) async throws -> CurlResponse {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { [handles] in
                continuation.resume(with: Result { try handles.perform(request) })
            }
        }
    }
}

/// The time in milliseconds since 1970.
typealias Clock = @Sendable () -> Int64

let wallClock: Clock = { FunctionClock.milliseconds }
