// SPDX-License-Identifier: Apache-2.0
import Locks

/// Handles that are lent one borrower at a time, so that their connections are used again.
public final class EasyHandlePool: Sendable {
    private let idle = Locked<[EasyHandle]>([])
    private let limit: Int

    /// Creates an empty pool.
    ///
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
        // A handle whose transfer failed is not lent again: its connection may be what failed.
        let response = try handle.perform(request)
        idle.withLock { if $0.count < limit { $0.append(handle) } }
        return response
    }

    private func borrowed() throws(CurlError) -> EasyHandle {
        if let handle = idle.withLock({ $0.popLast() }) { return handle }
        return try EasyHandle()
    }
}
