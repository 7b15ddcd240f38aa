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
            // In one piece with its end: there are clients that hand a chunk on only when they have seen that.
            let size = String(bytes.count, radix: 16)
            var chunk = BytesBuilder(capacity: size.utf8.count + bytes.count + 4)
            chunk.append("\(size)\r\n")
            chunk.append(bytes)
            chunk.append("\r\n")
            await connection.write([], chunk.finish())
        }
        guard await connection.canWrite else { throw PeerGone() }
    }

    /// Ends the body.
    ///
    /// - Returns: whether it has the length that was announced.
    func finish() async throws -> Bool {
        let written = written.withLock { $0 }
        if let length { return written == length }
        await connection.write(Array("0\r\n\r\n".utf8), Bytes())
        return true
    }
}
