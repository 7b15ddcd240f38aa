// SPDX-License-Identifier: Apache-2.0
public import Buffers
import CLibuv
import Glibc

/// A connected TCP socket, confined to its loop.
public final class TCPStream {
    private let handle: Handle

    final class Handle: StreamHandle {
        init(_ loop: EventLoop) throws(LoopError) {
            try super.init(loop, uv_tcp_t.self, "create a socket") { uv_tcp_init(loop.uv, $0) }
        }
    }

    /// Takes the next connection of a listener.
    init(accepting listener: UnsafeMutablePointer<uv_stream_t>, loop: EventLoop) throws(LoopError) {
        handle = try Handle(loop)
        let code = uv_accept(listener, handle.raw(uv_stream_t.self))
        guard code == 0 else {
            handle.close()
            throw LoopError(code: code, operation: "accept a connection")
        }
        // Without it, the second of two small writes waits for the peer's delayed acknowledgement.
        uv_tcp_nodelay(handle.raw(uv_tcp_t.self), 1)
    }

    /// A socket that connects to a port of this machine, 127.0.0.1.
    ///
    /// Nothing may be written before `connected` was called on the loop, with nil or with what went wrong; it is called
    /// also when the socket is closed first.
    ///
    /// - Throws: ``LoopError`` for what is no port, and when there are no more descriptors.
    public init(
        loop: EventLoop, connectingTo port: Int, connected: @escaping (LoopError?) -> Void
    ) throws(LoopError) {
        handle = try Handle(loop)
        do throws(LoopError) {
            try ConnectRequest(connected).start(handle.raw(uv_tcp_t.self), port: port)
        } catch {
            handle.close()
            throw error
        }
    }

    /// Who is told of what happens; kept until ``close()``.
    public var delegate: (any StreamDelegate)? {
        get { handle.delegate }
        set { handle.delegate = newValue }
    }

    /// Bytes that were written and that the kernel has not taken yet.
    public var queuedBytes: Int { handle.queuedBytes }

    /// Tells the delegate what comes, until ``stopReading()`` or the end of the stream; a new stream does not read yet.
    public func startReading() { handle.startReading() }

    /// Leaves what comes next in the kernel, so that the peer has to wait.
    public func stopReading() { handle.stopReading() }

    /// Writes a head, which is copied if the kernel does not take it now, and a body, which is shared.
    ///
    /// - Returns: whether the kernel took everything. If not, the delegate's `streamDidFlush` follows.
    @discardableResult
    public func write(_ head: UnsafeRawBufferPointer, _ body: Bytes = Bytes()) -> Bool {
        handle.write(head, body)
    }

    /// Closes the socket.
    ///
    /// What was queued is dropped, and the delegate hears nothing any more.
    public func close() { handle.close() }

    /// The peer's address, `127.0.0.1` say.
    public var remoteAddress: String {
        withUnsafeTemporaryAllocation(of: sockaddr_storage.self, capacity: 1) { storage in
            guard let address = storage.baseAddress else { return "" }
            var length = Int32(MemoryLayout<sockaddr_storage>.size)
            return address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                let code = uv_tcp_getpeername(handle.raw(uv_tcp_t.self), address, &length)
                return code == 0 ? name(of: address) : ""
            }
        }
    }

    deinit {
        assert(handle.isClosing, "a socket was dropped without close()")
    }
}

/// The numeric form of an address, without its port.
private func name(of address: UnsafePointer<sockaddr>) -> String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    guard uv_ip_name(address, &text, text.count) == 0 else { return "" }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
