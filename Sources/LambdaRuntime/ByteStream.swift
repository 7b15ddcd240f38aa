// SPDX-License-Identifier: Apache-2.0
import Curl

/// What the connection to the Runtime API needs of its transport; tests pass one without sockets.
protocol ByteStream {
    /// Sends all bytes; blocks until the kernel took them.
    func send(_ bytes: UnsafeRawBufferPointer) throws(CurlError)

    /// Waits for bytes; 0 means that the peer closed the connection.
    func receive(into space: UnsafeMutableRawBufferPointer) throws(CurlError) -> Int
}

extension StreamConnection: ByteStream {}

/// Connects to `host:port`.
typealias Connect = @Sendable (_ authority: String) throws(CurlError) -> any ByteStream
