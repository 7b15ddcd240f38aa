// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A value that several threads use, one at a time.
///
/// The standard library's `Mutex` would do the same; its Linux form is invisible to the thread sanitizer, which then
/// reports races that are none and hides those that are.
public final class Locked<Value: ~Copyable>: @unchecked Sendable {
    // Safety: `value` is touched only while `mutex` is held.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private var value: Value

    /// Puts a value behind a lock of its own; the caller has no other way to it any more.
    public init(_ value: consuming sending Value) {
        self.value = value
        let code = pthread_mutex_init(mutex, nil)
        precondition(code == 0, "the system has no mutex left")
    }

    /// Calls `body` with the value while no other thread has it.
    ///
    /// The body must not wait for anything, and must not take the same lock again.
    ///
    /// - Throws: what `body` throws.
    public func withLock<Result, Failure: Error>(
        _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }
}
