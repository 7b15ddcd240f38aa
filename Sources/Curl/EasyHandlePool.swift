// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Handles that are lent one borrower at a time, so that their connections are used again.
///
/// Safety: `@unchecked Sendable` because a handle is either in `idle`, which the mutex guards, or with one borrower.
public final class EasyHandlePool: @unchecked Sendable {
    private struct Idle: @unchecked Sendable {
        var handles: [EasyHandle] = []
    }

    private let idle = Mutex(Idle())
    private let limit: Int

    /// - Parameter limit: how many idle handles are kept.
    public init(limit: Int = 8) {
        self.limit = limit
    }

    /// Sends a request on a pooled handle and waits for the whole response.
    ///
    /// Blocks the thread.
    ///
    /// - Throws: ``CurlError`` when no complete response came. An HTTP status is never an error.
    public func perform(_ request: CurlRequest) throws(CurlError) -> CurlResponse {
        let handle = try borrowed()
        let response = try handle.perform(request)
        let returned = Lent(handle: handle)
        idle.withLock { if $0.handles.count < limit { $0.handles.append(returned.handle) } }
        return response
    }

    private func borrowed() throws(CurlError) -> EasyHandle {
        if let lent = idle.withLock({ $0.handles.popLast().map(Lent.init) }) { return lent.handle }
        return try EasyHandle()
    }

    private struct Lent: @unchecked Sendable {
        let handle: EasyHandle
    }
}
