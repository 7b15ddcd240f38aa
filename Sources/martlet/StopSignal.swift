// SPDX-License-Identifier: Apache-2.0
import EventLoop
import Glibc

/// Waits for Ctrl-C, a request to terminate, or the end of the terminal.
///
/// A second one ends the process without further ado.
actor StopSignal {
    private let loop: EventLoop
    private var watchers: [SignalWatcher] = []
    private var waiter: CheckedContinuation<Void, Never>?
    private(set) var hasCome = false

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(loop: EventLoop) {
        self.loop = loop
    }

    func watch() throws {
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            watchers.append(try SignalWatcher(loop: loop, signal: signal) { self.received(signal) })
        }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            if hasCome { continuation.resume() } else { waiter = continuation }
        }
    }

    func close() {
        watchers.forEach { $0.close() }
        watchers = []
    }

    private func received(_ signal: Int32) {
        // The shell's convention for a process that a signal ended.
        guard !hasCome else { _exit(128 + signal) }
        hasCome = true
        waiter?.resume()
        waiter = nil
    }
}
