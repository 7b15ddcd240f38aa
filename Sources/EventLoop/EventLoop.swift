// SPDX-License-Identifier: Apache-2.0
import CLibuv
import Glibc
import Locks

/// A libuv loop on a thread of its own that also runs Swift's jobs: actors can live on it, and tasks can prefer it.
///
/// An actor lives on the loop when its `unownedExecutor` is the loop's; then `assumeIsolated` works from libuv's
/// callbacks, and calls between such actors never leave the thread. A task prefers the loop when ``spawn(_:)`` started
/// it: without that preference each continuation would resume by way of the global pool.
///
/// Safety: `@unchecked Sendable` because the fields below are either constant from before the thread starts, confined
/// to the loop's thread (`ready`, `scratch` and what `uv` points to), or behind the lock of `inbox`.
public final class EventLoop: SerialExecutor, TaskExecutor, @unchecked Sendable {
    /// What other threads hand over.
    private struct Inbox {
        var jobs = JobQueue()
        var isWoken = false
        /// Who waits for the end, once it was asked for.
        var shutdown: CheckedContinuation<Void, Never>?
        var isClosed = false
    }

    let uv: UnsafeMutablePointer<uv_loop_t>
    private let wakeup: UnsafeMutablePointer<uv_async_t>
    private let beforePoll: UnsafeMutablePointer<uv_prepare_t>
    private let afterPoll: UnsafeMutablePointer<uv_check_t>
    private let keepAwake: UnsafeMutablePointer<uv_idle_t>
    /// Reads of all streams of this loop share it: what a read callback is given is valid during the callback only.
    let scratch: UnsafeMutableRawBufferPointer
    private let name: String
    /// Whether there is a pool for work that blocks.
    let offloads: Bool
    private var thread = pthread_t()
    private var ready = JobQueue()
    private let inbox = Locked(Inbox())
    /// What ``onIdle(_:)`` was given.
    private var idleHandler: (() -> Void)?
    /// Whether all descriptors were looked at since a job ran.
    private var hasLooked = false

    /// How many jobs run between two polls, so that jobs which make jobs cannot keep the sockets waiting.
    private static let jobsPerTick = 1024
    /// How many bytes one read takes at most, unless its stream has a place for more.
    public static let readSize = 64 * 1024

    private init(name: String, offloads: Bool) throws(LoopError) {
        self.name = name
        self.offloads = offloads
        uv = .allocate(capacity: 1)
        wakeup = .allocate(capacity: 1)
        beforePoll = .allocate(capacity: 1)
        afterPoll = .allocate(capacity: 1)
        keepAwake = .allocate(capacity: 1)
        scratch = .allocate(byteCount: Self.readSize, alignment: 64)
        try LoopError.check(uv_loop_init(uv), "create an event loop")
    }

    /// Starts a loop on a new thread.
    ///
    /// - Parameter offloads: false for a loop that runs blocking work itself, so that what it does never depends on
    ///   when another thread is done.
    /// - Throws: ``LoopError`` when the process has no descriptors left.
    public static func start(named name: String = "martlet", offloads: Bool = true) throws(LoopError) -> EventLoop {
        let loop = try EventLoop(name: name, offloads: offloads)
        let code = uv_async_init(loop.uv, loop.wakeup, onWakeup)
        if code != 0 { uv_loop_close(loop.uv) }
        try LoopError.check(code, "create an event loop's wakeup")
        uv_prepare_init(loop.uv, loop.beforePoll)
        uv_check_init(loop.uv, loop.afterPoll)
        uv_idle_init(loop.uv, loop.keepAwake)
        loop.wakeup.pointee.data = Unmanaged.passUnretained(loop).toOpaque()
        loop.beforePoll.pointee.data = loop.wakeup.pointee.data
        loop.afterPoll.pointee.data = loop.wakeup.pointee.data
        uv_prepare_start(loop.beforePoll) {
            let loop = eventLoop(of: $0!.pointee.data)
            loop.drain()
            loop.tellIdleness()
        }
        uv_check_start(loop.afterPoll) { eventLoop(of: $0!.pointee.data).drain() }
        do throws(LoopError) {
            try loop.startThread()
        } catch {
            loop.close()
            throw error
        }
        return loop
    }

    private func startThread() throws(LoopError) {
        // libuv writes with write(2): a peer that has gone must be an error of the write, not the end of the process.
        // Child processes get the default back.
        signal(SIGPIPE, SIG_IGN)
        let start = ThreadStart(loop: self)
        try LoopThread.start(start)
        start.hasStarted.wait()
    }

    /// The loop's thread, from its first instruction to its last.
    func run(_ hasStarted: Semaphore) {
        thread = pthread_self()
        set_current_thread_name(name)
        hasStarted.signal()
        uv_run(uv, UV_RUN_DEFAULT)
        close()
    }

    // MARK: Jobs

    /// Starts a task that runs on this loop, and resumes on it after every `await`.
    @discardableResult
    public func spawn(_ body: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        Task(executorPreference: self, operation: body)
    }

    /// Whether the caller runs on the loop's thread.
    public var isOnLoop: Bool { pthread_equal(pthread_self(), thread) != 0 }

    /// Traps when the caller does not run on the loop's thread.
    public func preconditionOnLoop() {
        precondition(isOnLoop, "not on the event loop \(name)")
    }

    /// Takes a job from any thread.
    ///
    /// A job that comes after ``shutdown()`` is dropped: it never runs.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isOnLoop {
            ready.append(job)
            return
        }
        inbox.withLock { inbox in
            guard !inbox.isClosed else { return }
            inbox.jobs.append(job)
            // Under the lock: after it, the loop may have closed the handle, and libuv aborts for one that is closed.
            if !inbox.isWoken { uv_async_send(wakeup) }
            inbox.isWoken = true
        }
    }

    /// What an actor that lives on the loop returns as its `unownedExecutor`; it does not keep the loop alive.
    public func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    /// What a task that prefers the loop runs on; it does not keep the loop alive.
    public func asUnownedTaskExecutor() -> UnownedTaskExecutor { UnownedTaskExecutor(ordinary: self) }

    /// Traps when the caller does not run on the loop's thread.
    ///
    /// Without it and ``isIsolatingCurrentContext()``, `assumeIsolated` traps in a libuv callback, where no task runs.
    public func checkIsolated() { preconditionOnLoop() }

    /// Whether the caller runs on the loop's thread; never nil, so that no caller has to fall back to
    /// ``checkIsolated()``.
    public func isIsolatingCurrentContext() -> Bool? { isOnLoop }

    fileprivate func takeInbox() {
        let (jobs, isStopping) = inbox.withLock { inbox in
            defer {
                inbox.jobs = JobQueue()
                inbox.isWoken = false
            }
            return (inbox.jobs, inbox.shutdown != nil)
        }
        ready.append(contentsOf: jobs)
        if isStopping { uv_stop(uv) }
    }

    /// Runs what is ready, up to a bound; what is left keeps the next poll from waiting.
    private func drain() {
        if !ready.isEmpty { hasLooked = false }
        for _ in 0..<Self.jobsPerTick {
            guard let job = ready.popFirst() else { break }
            job.runSynchronously(isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
        }
        if ready.isEmpty {
            uv_idle_stop(keepAwake)
        } else {
            uv_idle_start(keepAwake) { _ in }
        }
    }

    /// Calls `body` with an actor that lives on this loop and something for it, from one of libuv's callbacks say;
    /// traps when the caller does not run on the loop's thread.
    ///
    /// It does what the actor's own `assumeIsolated` does, at a fraction of the cost: that one looks for a task, asks
    /// the executor by way of the standard library, and allocates a context. For the same reason `body` is to capture
    /// nothing: what it needs is the argument.
    @inlinable
    @inline(__always)
    public func assumeIsolated<Confined: Actor, Argument, Result>(
        _ actor: Confined, _ argument: Argument, _ body: @escaping (isolated Confined, Argument) -> Result
    ) -> Result {
        preconditionOnLoop()
        assert(lives(actor), "the actor lives elsewhere")
        // Safety: a function that is isolated to a parameter differs from one that is not in its type alone; the
        // standard library's `assumeIsolated` calls it in the same way.
        return unsafeBitCast(body, to: ((Confined, Argument) -> Result).self)(actor, argument)
    }

    @usableFromInline
    func lives(_ actor: some Actor) -> Bool {
        actor.preconditionIsolated()
        return true
    }

    // MARK: Idleness

    /// Calls `handler` on the loop whenever it has nothing to do until somebody outside does something: no job is
    /// ready, no write, connection or offloaded work is under way, and no descriptor has anything to tell.
    ///
    /// Timers may be set, and processes may run. Work that the handler makes is done, and then it is called again. Nil
    /// for nobody; call it on the loop.
    public func onIdle(_ handler: (() -> Void)?) {
        preconditionOnLoop()
        idleHandler = handler
    }

    /// Before the poll: looks at all descriptors once without waiting before it says that there is nothing to do.
    private func tellIdleness() {
        guard let idleHandler, ready.isEmpty, uv.pointee.active_reqs.count == 0,
            inbox.withLock({ $0.jobs.isEmpty && $0.shutdown == nil })
        else { return }
        if hasLooked {
            hasLooked = false
            idleHandler()
            if ready.isEmpty { return }
        } else {
            hasLooked = true
        }
        uv_idle_start(keepAwake) { _ in }
    }

    // MARK: End

    /// Ends the loop: closes every handle that is still open, and returns when the thread is gone.
    ///
    /// Who uses the loop stops first (servers, child processes): a task that still waits for something on the loop then
    /// waits for ever. Call it once, from outside the loop.
    public func shutdown() async {
        precondition(!isOnLoop, "an event loop cannot wait for its own end")
        await withCheckedContinuation { continuation in
            inbox.withLock { inbox in
                inbox.shutdown = continuation
                // Under the lock: another's wakeup may bring the loop to its end at once.
                uv_async_send(wakeup)
            }
        }
    }

    /// On the loop's thread, after its last tick.
    private func close() {
        let waiter = inbox.withLock { inbox in
            inbox.isClosed = true
            ready.append(contentsOf: inbox.jobs)
            inbox.jobs = JobQueue()
            return inbox.shutdown
        }
        idleHandler = nil
        drain()
        uv_idle_stop(keepAwake)
        uv_walk(uv, { handle, _ in closeForShutdown(handle!) }, nil)
        while uv_run(uv, UV_RUN_DEFAULT) != 0 {}
        let code = uv_loop_close(uv)
        precondition(code == 0, "event loop \(name) closed with handles left: \(String(cString: uv_err_name(code)))")
        waiter?.resume()
    }

    /// How many handles are open on the loop, its own not counted.
    ///
    /// For tests and diagnostics.
    public var openHandles: Int {
        preconditionOnLoop()
        var count = 0
        withUnsafeMutablePointer(to: &count) { count in
            uv_walk(
                uv,
                { handle, count in
                    guard let handle, isOwned(handle) else { return }
                    count!.assumingMemoryBound(to: Int.self).pointee += 1
                }, count)
        }
        return count
    }

    deinit {
        uv.deallocate()
        wakeup.deallocate()
        beforePoll.deallocate()
        afterPoll.deallocate()
        keepAwake.deallocate()
        scratch.deallocate()
    }
}

extension EventLoop {
    /// Moments of the loop in milliseconds, as libuv last saw them: cheap, and never going back.
    public var monotonicMilliseconds: UInt64 { uv_now(uv) }
}

private func eventLoop(of data: UnsafeMutableRawPointer?) -> EventLoop {
    Unmanaged<EventLoop>.fromOpaque(data!).takeUnretainedValue()
}

private func onWakeup(_ handle: UnsafeMutablePointer<uv_async_t>?) {
    eventLoop(of: handle!.pointee.data).takeInbox()
}
