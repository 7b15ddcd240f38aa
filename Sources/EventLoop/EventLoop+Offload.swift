// SPDX-License-Identifier: Apache-2.0
import CLibuv

extension EventLoop {
    /// Runs blocking work on libuv's thread pool (four threads) and returns on the loop's terms: the caller resumes
    /// where its task prefers to run.
    ///
    /// - Throws: what the work throws.
    public func offload<Output: Sendable>(
        _ work: @escaping @Sendable () throws -> Output
    ) async throws -> Output {
        guard offloads else { return try work() }
        return try await withCheckedThrowingContinuation { continuation in
            let request = WorkRequest {
                let result = Result { try work() }
                return { continuation.resume(with: result) }
            }
            if isOnLoop {
                request.queue(on: self)
            } else {
                spawn { request.queue(on: self) }
            }
        }
    }
}

/// Work for libuv's pool.
///
/// It is alive from the queueing until its after-work callback.
private final class WorkRequest: Sendable {

    private let work: @Sendable () -> (@Sendable () -> Void)
    // Safety: the pool's thread writes `finish` before libuv's own synchronisation hands the request back to the loop.
    nonisolated(unsafe) private let request = UnsafeMutablePointer<uv_work_t>.allocate(capacity: 1)
    nonisolated(unsafe) private var finish: (@Sendable () -> Void)?

    init(_ work: @escaping @Sendable () -> (@Sendable () -> Void)) {
        self.work = work
    }

    func queue(on loop: EventLoop) {
        request.pointee.data = Unmanaged.passRetained(self).toOpaque()
        let code = uv_queue_work(
            loop.uv, request, { WorkRequest.of($0).run() }, { request, _ in WorkRequest.take(request).end() })
        precondition(code == 0, "libuv refused work: \(code)")
    }

    private func run() { finish = work() }

    private func end() { finish?() }

    private static func of(_ request: UnsafeMutablePointer<uv_work_t>?) -> WorkRequest {
        Unmanaged<WorkRequest>.fromOpaque(request!.pointee.data).takeUnretainedValue()
    }

    private static func take(_ request: UnsafeMutablePointer<uv_work_t>?) -> WorkRequest {
        Unmanaged<WorkRequest>.fromOpaque(request!.pointee.data).takeRetainedValue()
    }

    deinit { request.deallocate() }
}
