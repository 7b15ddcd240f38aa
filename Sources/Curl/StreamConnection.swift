// SPDX-License-Identifier: Apache-2.0
import CLibcurl
import Glibc

/// A TCP connection that libcurl makes (names, address families, timeouts) and that carries what its user says.
///
/// Used by one thread at a time, which it blocks.
public final class StreamConnection {
    private let pointer: UnsafeMutableRawPointer
    private let descriptor: curl_socket_t

    /// Connects; blocks until that is done.
    ///
    /// - Parameter authority: `host:port`.
    /// - Throws: ``CurlError`` when there is no connection.
    public init(to authority: String, connectTimeout: Duration = .seconds(10)) throws(CurlError) {
        try CurlLibrary.initialize()
        guard let pointer = curl_easy_init() else { throw CurlError(CURLE_FAILED_INIT) }
        do {
            descriptor = try Self.connect(pointer, authority, connectTimeout)
            self.pointer = pointer
        } catch {
            curl_easy_cleanup(pointer)
            throw error
        }
    }

    deinit {
        curl_easy_cleanup(pointer)
    }

    private static func connect(
        _ pointer: UnsafeMutableRawPointer, _ authority: String, _ timeout: Duration
    ) throws(CurlError) -> curl_socket_t {
        try curlshim_set_text(pointer, CURLOPT_URL, "http://\(authority)/").check()
        try curlshim_set_text(pointer, CURLOPT_NOPROXY, "*").check()
        try curlshim_set_long(pointer, CURLOPT_CONNECT_ONLY, 1).check()
        // Without it every send and every receive would change the disposition of SIGPIPE twice.
        try curlshim_set_long(pointer, CURLOPT_NOSIGNAL, 1).check()
        try curlshim_set_long(pointer, CURLOPT_TCP_NODELAY, 1).check()
        try curlshim_set_close_on_exec(pointer).check()
        try curlshim_set_long(pointer, CURLOPT_CONNECTTIMEOUT_MS, timeout.milliseconds).check()
        try curl_easy_perform(pointer).check()
        var descriptor = curlshim_bad_socket
        try curlshim_get_socket(pointer, &descriptor).check()
        guard descriptor != curlshim_bad_socket else { throw .closed }
        // libcurl makes its sockets non-blocking. Waiting in recv itself instead of in poll saves two system calls of
        // three for every message, and there is nothing else that this thread could wait for.
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
        return descriptor
    }

    /// Sends all bytes.
    ///
    /// - Throws: ``CurlError`` when the connection is lost.
    public func send(_ bytes: UnsafeRawBufferPointer) throws(CurlError) {
        var rest = bytes
        while !rest.isEmpty {
            var sent = 0
            let code = curl_easy_send(pointer, rest.baseAddress, rest.count, &sent)
            if code == CURLE_AGAIN {
                wait(for: POLLOUT)
                continue
            }
            try code.check()
            rest = UnsafeRawBufferPointer(rebasing: rest[sent...])
        }
    }

    /// Waits for bytes and takes what there is, at most as many as there is space for.
    ///
    /// - Returns: how many were received; 0 when the peer closed the connection.
    /// - Throws: ``CurlError`` when the connection is lost.
    public func receive(into space: UnsafeMutableRawBufferPointer) throws(CurlError) -> Int {
        while true {
            var received = 0
            let code = curl_easy_recv(pointer, space.baseAddress, space.count, &received)
            if code == CURLE_AGAIN {
                wait(for: POLLIN)
                continue
            }
            try code.check()
            return received
        }
    }

    /// libcurl says "again" also when a signal came, and on a socket that somebody made non-blocking.
    private func wait(for events: Int32) {
        var watched = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        poll(&watched, 1, -1)
    }
}
