// SPDX-License-Identifier: Apache-2.0
import CLibcurl

/// Many transfers at once, driven by somebody's event loop.
///
/// The loop watches the sockets that it is told of, keeps one timer, and calls ``socketReady(_:readable:writable:)``
/// and ``timerFired()``. All calls, to here and from here, are on the loop's thread. The two closures come while
/// libcurl runs: they must only note what they are told, never call back into this handle.
public final class MultiHandle {
    /// What to watch a socket for.
    public enum Interest: Sendable {
        case read, write, readWrite
        /// Nothing any more: the socket is about to be closed.
        case remove
    }

    /// A transfer came to its end.
    public typealias Completion = (Result<Void, CurlError>) -> Void

    private struct Running {
        let handle: EasyHandle
        let completion: Completion
    }

    private let pointer: UnsafeMutableRawPointer
    private var running: [OpaqueHandle: Running] = [:]
    private let callbacks: Callbacks

    /// - Parameters:
    ///   - onSocket: a socket shall be watched otherwise than before.
    ///   - onTimer: ``timerFired()`` shall be called in so many milliseconds (0: soon, not at once); nil stops the
    ///     timer.
    /// - Throws: ``CurlError`` when libcurl has no memory.
    public init(
        onSocket: @escaping (_ descriptor: Int32, Interest) -> Void,
        onTimer: @escaping (_ milliseconds: Int?) -> Void
    ) throws(CurlError) {
        try CurlLibrary.initialize()
        guard let pointer = curl_multi_init() else { throw CurlError(CURLE_FAILED_INIT) }
        self.pointer = pointer
        callbacks = Callbacks(onSocket: onSocket, onTimer: onTimer)
        let context = Unmanaged.passUnretained(callbacks).toOpaque()
        try curlshim_multi_set_socket_callback(pointer, socketChanged, context).check()
        try curlshim_multi_set_timer_callback(pointer, timerChanged, context).check()
    }

    deinit {
        for transfer in running.values {
            curl_multi_remove_handle(pointer, transfer.handle.pointer.raw)
        }
        curl_multi_cleanup(pointer)
    }

    /// How many transfers are under way.
    public var count: Int { running.count }

    /// Limits the connections to one host; 0 is no limit.
    public func setConnectionsPerHost(_ limit: Int) throws(CurlError) {
        try curlshim_multi_set_long(pointer, CURLMOPT_MAX_HOST_CONNECTIONS, CLong(limit)).check()
    }

    /// Starts a transfer on a handle, which must not be in use.
    ///
    /// `completion` is called once, unless ``remove(_:)`` comes first.
    ///
    /// - Throws: ``CurlError`` when the request is not one that libcurl can send.
    public func add(
        _ handle: EasyHandle, _ request: CurlRequest, receiver: ResponseReceiver, completion: @escaping Completion
    ) throws(CurlError) {
        try handle.prepare(request, receiver: receiver)
        running[handle.pointer] = Running(handle: handle, completion: completion)
        do {
            try curl_multi_add_handle(pointer, handle.pointer.raw).check()
        } catch {
            running[handle.pointer] = nil
            handle.finish()
            throw error
        }
    }

    /// Cancels a transfer: neither its receiver nor its completion is called any more.
    public func remove(_ handle: EasyHandle) {
        guard running.removeValue(forKey: handle.pointer) != nil else { return }
        curl_multi_remove_handle(pointer, handle.pointer.raw)
        handle.finish()
    }

    /// A watched socket can be read or written, or it has an error, which counts as both.
    public func socketReady(_ descriptor: Int32, readable: Bool, writable: Bool) {
        let events = (readable ? CURL_CSELECT_IN : 0) | (writable ? CURL_CSELECT_OUT : 0)
        act(on: descriptor, events: events)
    }

    /// The time came that was asked for.
    public func timerFired() {
        act(on: curlshim_socket_timeout, events: 0)
    }

    private func act(on descriptor: curl_socket_t, events: CInt) {
        var stillRunning: CInt = 0
        curl_multi_socket_action(pointer, descriptor, events, &stillRunning)
        completeFinished()
    }

    private func completeFinished() {
        var finished: [(Running, Result<Void, CurlError>)] = []
        var queued: CInt = 0
        while let message = curl_multi_info_read(pointer, &queued) {
            guard message.pointee.msg == CURLMSG_DONE, let raw = message.pointee.easy_handle else { continue }
            let code = curlshim_message_result(message)
            guard let transfer = running.removeValue(forKey: OpaqueHandle(raw)) else { continue }
            let failure = transfer.handle.transferFailure(code)
            curl_multi_remove_handle(pointer, raw)
            transfer.handle.finish()
            finished.append((transfer, failure.map { .failure($0) } ?? .success(())))
        }
        // Only now, since a completion may add and remove transfers.
        for (transfer, result) in finished {
            transfer.completion(result)
        }
    }
}

private final class Callbacks {
    let onSocket: (Int32, MultiHandle.Interest) -> Void
    let onTimer: (Int?) -> Void

    init(onSocket: @escaping (Int32, MultiHandle.Interest) -> Void, onTimer: @escaping (Int?) -> Void) {
        self.onSocket = onSocket
        self.onTimer = onTimer
    }

    static func from(_ context: UnsafeMutableRawPointer?) -> Callbacks? {
        context.map { Unmanaged<Callbacks>.fromOpaque($0).takeUnretainedValue() }
    }
}

private func socketChanged(
    _ handle: UnsafeMutableRawPointer?, _ descriptor: curl_socket_t, _ what: CInt,
    _ context: UnsafeMutableRawPointer?, _ socketContext: UnsafeMutableRawPointer?
) -> CInt {
    let interest: MultiHandle.Interest? =
        switch what {
        case CURL_POLL_IN: .read
        case CURL_POLL_OUT: .write
        case CURL_POLL_INOUT: .readWrite
        case CURL_POLL_REMOVE: .remove
        default: nil
        }
    if let interest { Callbacks.from(context)?.onSocket(descriptor, interest) }
    return 0
}

private func timerChanged(
    _ multi: UnsafeMutableRawPointer?, _ milliseconds: CLong, _ context: UnsafeMutableRawPointer?
) -> CInt {
    Callbacks.from(context)?.onTimer(milliseconds < 0 ? nil : Int(milliseconds))
    return 0
}
