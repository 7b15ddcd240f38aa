// SPDX-License-Identifier: Apache-2.0
internal import CZlib

/// Unpacks a gzip stream as its bytes come: several members after one another too, as `cat` joins them.
public struct Gunzip: ~Copyable {
    private let stream: UnsafeMutablePointer<z_stream>
    /// Whether the stream may end here: a member has just ended.
    public private(set) var isAtEnd = false

    /// A stream of which nothing has come yet.
    public init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let status = inflateInit2_(stream, Gzip.windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "zlib needs a few kilobytes")
    }

    deinit {
        inflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// Unpacks what has come, piece by piece.
    ///
    /// - Parameter take: takes a piece of at most 64 KiB; false ends it.
    /// - Returns: false for what is no gzip stream, and when the taker had enough.
    public mutating func unpack(_ packed: UnsafeRawBufferPointer, take: ([UInt8]) -> Bool) -> Bool {
        guard packed.count <= Int(UInt32.max) else { return false }
        stream.pointee.next_in = UnsafeMutablePointer(mutating: packed.bindMemory(to: UInt8.self).baseAddress)
        stream.pointee.avail_in = UInt32(packed.count)
        repeat {
            if isAtEnd, stream.pointee.avail_in > 0 {
                guard inflateReset(stream) == Z_OK else { return false }
                isAtEnd = false
            }
            var status = Z_OK
            let piece = [UInt8](unsafeUninitializedCapacity: Gzip.pieceSize) { piece, count in
                stream.pointee.next_out = piece.baseAddress
                stream.pointee.avail_out = UInt32(Gzip.pieceSize)
                status = inflate(stream, Z_NO_FLUSH)
                count = Gzip.pieceSize - Int(stream.pointee.avail_out)
            }
            if !piece.isEmpty, !take(piece) { return false }
            switch status {
            case Z_STREAM_END: isAtEnd = true
            case Z_OK: break
            // Nothing is left to do before more has come.
            case Z_BUF_ERROR: return stream.pointee.avail_in == 0
            default: return false
            }
        } while stream.pointee.avail_in > 0 || (!isAtEnd && stream.pointee.avail_out == 0)
        return true
    }
}
