// SPDX-License-Identifier: Apache-2.0
import EventLoop
import Glibc

/// The wish of somebody outside that the process end, or the end of who started it.
actor Termination {
    private let loop: EventLoop
    private var watchers: [SignalWatcher] = []
    private var timer: LoopTimer?
    private var waiter: CheckedContinuation<Void, Never>?

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private init(loop: EventLoop) {
        self.loop = loop
    }

    /// Returns after SIGTERM or SIGINT, or when the parent process has gone without a word.
    static func wait(on loop: EventLoop) async {
        await Termination(loop: loop).wait()
    }

    private func wait() async {
        await withCheckedContinuation { continuation in
            waiter = continuation
            for signal in [SIGTERM, SIGINT] {
                // A signal that cannot be watched keeps its own effect, which is to end the process.
                if let watcher = try? SignalWatcher(loop: loop, signal: signal, received: { self.end() }) {
                    watchers.append(watcher)
                }
            }
            let parent = getppid()
            timer = try? LoopTimer(loop: loop)
            timer?.start(after: .seconds(1), every: .seconds(1)) {
                if getppid() != parent { self.end() }
            }
        }
    }

    private func end() {
        timer?.close()
        timer = nil
        watchers.forEach { $0.close() }
        watchers = []
        waiter?.resume()
        waiter = nil
    }
}
