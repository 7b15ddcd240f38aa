// SPDX-License-Identifier: Apache-2.0
import CLibuv
import Glibc

/// A listening TCP socket, confined to its loop.
public final class TCPListener {
    private let handle: Handle
    /// The port that it listens on; the system's choice where 0 was asked for.
    public let port: Int

    private final class Handle: LoopHandle {
        var onConnection: (() -> Void)?

        init(_ loop: EventLoop) throws(LoopError) {
            try super.init(loop, uv_tcp_t.self, "create a socket") { uv_tcp_init(loop.uv, $0) }
        }

        override func willClose() { onConnection = nil }
    }

    /// Binds and listens.
    ///
    /// `onConnection` is called for each waiting connection; it takes it with ``accept()``.
    ///
    /// - Parameters:
    ///   - host: an IPv4 or IPv6 address; names are not resolved.
    ///   - port: 0 for any.
    /// - Throws: ``LoopError``: the port is in use, or not this user's to have.
    public init(
        loop: EventLoop, host: String, port: Int, backlog: Int = 511, onConnection: @escaping () -> Void
    ) throws(LoopError) {
        handle = try Handle(loop)
        let socket = handle.raw(uv_tcp_t.self)
        do throws(LoopError) {
            try Self.bind(socket, host, port)
            if host == "127.0.0.1" || host == "::1" { Self.spareCongestionControl(socket) }
            let code = uv_listen(handle.raw(uv_stream_t.self), Int32(backlog), onNewConnection)
            try LoopError.check(code, "listen on \(host):\(port)")
            self.port = try Self.boundPort(of: socket)
        } catch {
            handle.close()
            throw error
        }
        handle.onConnection = onConnection
    }

    /// The connection that waits, or nil when it has gone again.
    public func accept() -> sending TCPStream? {
        // Safety: the stream is new and knows nothing of the listener; only the pointer it was accepted from is shared.
        nonisolated(unsafe) let stream = try? TCPStream(accepting: handle.raw(uv_stream_t.self), loop: handle.loop)
        return stream
    }

    /// Listens no more; connections that were accepted go on.
    public func close() { handle.close() }

    private static func bind(_ socket: UnsafeMutablePointer<uv_tcp_t>, _ host: String, _ port: Int) throws(LoopError) {
        let operation = "listen on \(host):\(port)"
        guard let port = Int32(exactly: port), (0...65535).contains(port) else {
            throw LoopError(code: UV_EINVAL.rawValue, operation: operation)
        }
        var storage = sockaddr_storage()
        let code = withUnsafeMutablePointer(to: &storage) { storage in
            let raw = UnsafeMutableRawPointer(storage)
            var code = uv_ip4_addr(host, port, raw.assumingMemoryBound(to: sockaddr_in.self))
            if code != 0 { code = uv_ip6_addr(host, port, raw.assumingMemoryBound(to: sockaddr_in6.self)) }
            return code == 0 ? uv_tcp_bind(socket, raw.assumingMemoryBound(to: sockaddr.self), 0) : code
        }
        try LoopError.check(code, operation)
    }

    /// Has accepted connections send as fast as the peer takes it.
    ///
    /// Nothing on the way to a process of this machine can be congested, and what a system sets for the world's
    /// networks may pace what it sends: BBR takes a quarter longer for a megabyte. Reno, which every kernel has, does
    /// not.
    private static func spareCongestionControl(_ socket: UnsafeMutablePointer<uv_tcp_t>) {
        var descriptor: uv_os_fd_t = -1
        let handle = UnsafeMutableRawPointer(socket).assumingMemoryBound(to: uv_handle_t.self)
        guard uv_fileno(handle, &descriptor) == 0 else { return }
        // Without it everything works as well.
        _ = setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_CONGESTION, "reno", 4)
    }

    private static func boundPort(of socket: UnsafeMutablePointer<uv_tcp_t>) throws(LoopError) -> Int {
        var storage = sockaddr_storage()
        var length = Int32(MemoryLayout<sockaddr_storage>.size)
        let port = withUnsafeMutablePointer(to: &storage) { storage in
            let raw = UnsafeMutableRawPointer(storage)
            let code = uv_tcp_getsockname(socket, raw.assumingMemoryBound(to: sockaddr.self), &length)
            // The port stands at the same place in both families.
            return code == 0
                ? Int(UInt16(bigEndian: raw.assumingMemoryBound(to: sockaddr_in.self).pointee.sin_port)) : -1
        }
        try LoopError.check(Int32(port), "read a listener's port")
        return port
    }

    fileprivate static func hasConnection(_ listener: UnsafeMutablePointer<uv_stream_t>?) {
        Handle.of(listener)?.onConnection?()
    }

    deinit {
        assert(handle.isClosing, "a listener was dropped without close()")
    }
}

private func onNewConnection(_ listener: UnsafeMutablePointer<uv_stream_t>?, _ code: Int32) {
    if code == 0 { TCPListener.hasConnection(listener) }
}
