// SPDX-License-Identifier: Apache-2.0
import Buffers
import EventLoop
import Locks

/// Writes a streamed body: plain when its length was announced, else in chunks (RFC 9112, section 7.1).
final class ConnectionWriter: ResponseBodyWriter {
    struct PeerGone: Error {}
    struct WrongLength: Error {}

    private let connection: HTTPConnection
    private let length: Int?
    private let written = Locked(0)

    init(connection: HTTPConnection, length: Int?) {
        self.connection = connection
        self.length = length
    }

    func write(_ bytes: Bytes) async throws {
        // An empty chunk would end the body.
        guard !bytes.isEmpty else { return }
        let before = written.withLock { written in
            defer { written += bytes.count }
            return written
        }
        if let length {
            guard before + bytes.count <= length else { throw WrongLength() }
            await connection.write([], bytes)
        } else {
            // The end of a chunk travels with the start of the next.
            let start = (before == 0 ? "" : "\r\n") + String(bytes.count, radix: 16) + "\r\n"
            await connection.write(Array(start.utf8), bytes)
        }
        guard await connection.canWrite else { throw PeerGone() }
    }

    /// Ends the body.
    ///
    /// - Returns: whether it has the length that was announced.
    func finish() async throws -> Bool {
        let written = written.withLock { $0 }
        if let length { return written == length }
        await connection.write(Array((written == 0 ? "0\r\n\r\n" : "\r\n0\r\n\r\n").utf8), Bytes())
        return true
    }
}
