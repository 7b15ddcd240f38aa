// SPDX-License-Identifier: Apache-2.0
import Buffers
import HTTP1
import HTTPServer
import Locks

/// A body that breaks off half way through its first piece.
final class TruncatedBody: RequestBody {
    private let whole: any RequestBody
    private let isBroken = Locked(false)

    init(of whole: any RequestBody) {
        self.whole = whole
    }

    var length: Int? { whole.length }

    func collect(limit: Int) async throws(RequestBodyError) -> Bytes {
        _ = try await whole.collect(limit: limit)
        throw .truncated
    }

    func next() async throws(RequestBodyError) -> Bytes? {
        let wasBroken = isBroken.withLock { broken in
            defer { broken = true }
            return broken
        }
        guard !wasBroken, let piece = try await whole.next(), piece.count > 1 else { throw .truncated }
        return piece.slice(0..<piece.count / 2)
    }
}

/// A body of which one byte is another: one of the whole, or of its first piece where it comes in pieces.
final class CorruptedBody: RequestBody {
    private let sound: any RequestBody
    private let number: UInt64
    private let isDone = Locked(false)

    /// - Parameter number: says which byte, and what becomes of it.
    init(of sound: any RequestBody, _ number: UInt64) {
        self.sound = sound
        self.number = number
    }

    var length: Int? { sound.length }

    func collect(limit: Int) async throws(RequestBodyError) -> Bytes {
        corrupted(try await sound.collect(limit: limit))
    }

    func next() async throws(RequestBodyError) -> Bytes? {
        guard let piece = try await sound.next() else { return nil }
        let wasDone = isDone.withLock { done in
            defer { done = true }
            return done
        }
        return wasDone ? piece : corrupted(piece)
    }

    func trailers() async -> HTTPHeaders { await sound.trailers() }

    private func corrupted(_ bytes: Bytes) -> Bytes {
        guard !bytes.isEmpty else { return bytes }
        var copy = bytes.array
        // From 1 to 255: the byte is another in any case.
        copy[Int(number % UInt64(copy.count))] ^= UInt8(number >> 32 & 0xff) | 1
        return Bytes(copy)
    }
}

extension HTTPRequest {
    func with(body: any RequestBody) -> HTTPRequest {
        HTTPRequest(
            method: method, path: path, query: query, headers: headers, remoteAddress: remoteAddress, body: body)
    }
}
