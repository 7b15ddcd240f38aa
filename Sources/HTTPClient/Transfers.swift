// SPDX-License-Identifier: Apache-2.0
import Curl
import EventLoop

/// libcurl's transfers on libuv: a watcher for each of its sockets and one timer, confined to the loop.
///
/// libcurl must not be called from its own callbacks. They only start and stop watchers and the timer; it is called
/// when those fire, which is always from the loop.
final class Transfers {
    typealias Continuation = CheckedContinuation<CurlResponse, any Error>

    private struct Running {
        let handle: EasyHandle
        let continuation: Continuation
    }

    private let loop: EventLoop
    private let timer: LoopTimer
    private var multi: MultiHandle?
    private var watchers: [Int32: PollWatcher] = [:]
    private var running: [ObjectIdentifier: Running] = [:]
    /// Handles that have ended their transfer; a new one would cost an allocation of some kilobytes.
    private var idle: [EasyHandle] = []

    private static let idleLimit = 16

    init(loop: EventLoop) throws {
        self.loop = loop
        timer = try LoopTimer(loop: loop)
        do {
            multi = try MultiHandle(
                onSocket: { [unowned self] in watch($0, $1) }, onTimer: { [unowned self] in setTimer($0) })
        } catch {
            timer.close()
            throw error
        }
    }

    func start(_ request: CurlRequest, ticket: ObjectIdentifier, _ continuation: Continuation) {
        do {
            let handle = try idle.popLast() ?? EasyHandle()
            let collector = ResponseCollector()
            running[ticket] = Running(handle: handle, continuation: continuation)
            try multi?.add(handle, request, receiver: collector.receiver) { result in
                self.finish(ticket, result.map { collector.response })
            }
        } catch {
            running[ticket] = nil
            continuation.resume(throwing: error)
        }
    }

    func cancel(_ ticket: ObjectIdentifier) {
        guard let transfer = running.removeValue(forKey: ticket) else { return }
        multi?.remove(transfer.handle)
        transfer.continuation.resume(throwing: CancellationError())
    }

    func close() {
        running.keys.forEach { cancel($0) }
        idle = []
        // libcurl still tells of its sockets while it closes them.
        multi = nil
        watchers.values.forEach { $0.close() }
        watchers = [:]
        timer.close()
    }

    private func finish(_ ticket: ObjectIdentifier, _ result: Result<CurlResponse, CurlError>) {
        guard let transfer = running.removeValue(forKey: ticket) else { return }
        if idle.count < Self.idleLimit { idle.append(transfer.handle) }
        transfer.continuation.resume(with: result.mapError { $0 })
    }

    private func watch(_ descriptor: Int32, _ interest: MultiHandle.Interest) {
        let readiness: PollWatcher.Readiness
        switch interest {
        case .read: readiness = .read
        case .write: readiness = .write
        case .readWrite: readiness = [.read, .write]
        case .remove:
            watchers.removeValue(forKey: descriptor)?.close()
            return
        }
        guard let watcher = try? watchers[descriptor] ?? PollWatcher(loop: loop, descriptor: descriptor) else { return }
        watchers[descriptor] = watcher
        watcher.watch(readiness) { [unowned self] ready, error in
            let isBroken = error != nil
            multi?.socketReady(
                descriptor, readable: isBroken || ready.contains(.read), writable: isBroken || ready.contains(.write))
        }
    }

    private func setTimer(_ milliseconds: Int?) {
        guard let milliseconds else {
            timer.stop()
            return
        }
        timer.start(after: .milliseconds(milliseconds)) { [unowned self] in multi?.timerFired() }
    }
}
