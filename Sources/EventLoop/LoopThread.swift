// SPDX-License-Identifier: Apache-2.0
import CLibuv
import Glibc

/// What a new thread is given: its loop, and where to say that it runs.
final class ThreadStart: Sendable {
    let loop: EventLoop
    let hasStarted = Semaphore()

    init(loop: EventLoop) {
        self.loop = loop
    }
}

enum LoopThread {
    /// Starts a detached thread that runs a loop to its end.
    static func start(_ start: ThreadStart) throws(LoopError) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        defer { pthread_attr_destroy(&attributes) }
        var thread = pthread_t()
        let context = Unmanaged.passRetained(start)
        let code = pthread_create(&thread, &attributes, runLoop, context.toOpaque())
        guard code == 0 else {
            context.release()
            throw LoopError(code: -code, operation: "start a thread")
        }
    }
}

private func runLoop(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    let start = Unmanaged<ThreadStart>.fromOpaque(context).takeRetainedValue()
    start.loop.run(start.hasStarted)
    return nil
}

/// Lets one thread wait for another.
final class Semaphore: Sendable {
    nonisolated(unsafe) private let semaphore = UnsafeMutablePointer<uv_sem_t>.allocate(capacity: 1)

    init() {
        let code = uv_sem_init(semaphore, 0)
        precondition(code == 0, "the system has no semaphore left")
    }

    func wait() { uv_sem_wait(semaphore) }

    func signal() { uv_sem_post(semaphore) }

    deinit {
        uv_sem_destroy(semaphore)
        semaphore.deallocate()
    }
}
