// SPDX-License-Identifier: Apache-2.0
internal import CZlib

/// Packs and unpacks whole texts with gzip (RFC 1952).
public enum Gzip {
    /// zlib.h: the largest window, and 16 for gzip's header.
    static let windowBits: Int32 = 15 + 16
    static let pieceSize = 64 * 1024

    /// The bytes as one gzip member, the same for the same bytes.
    public static func pack(_ bytes: [UInt8]) -> [UInt8] {
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        guard
            deflateInit2_(
                &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
                == Z_OK,
            bytes.count <= Int(UInt32.max)
        else { preconditionFailure("zlib cannot pack \(bytes.count) bytes") }
        defer { deflateEnd(&stream) }
        let bound = Int(deflateBound(&stream, UInt(bytes.count)))
        return bytes.withUnsafeBufferPointer { input in
            stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            stream.avail_in = UInt32(input.count)
            return [UInt8](unsafeUninitializedCapacity: bound) { output, count in
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(bound)
                let status = deflate(&stream, Z_FINISH)
                precondition(status == Z_STREAM_END, "zlib ends within its own bound")
                count = bound - Int(stream.avail_out)
            }
        }
    }

    /// The bytes that were packed; nil for what is no whole gzip stream, or too long.
    ///
    /// - Parameter limit: how many bytes come out at most.
    public static func unpack(_ packed: UnsafeRawBufferPointer, limit: Int) -> [UInt8]? {
        var gunzip = Gunzip()
        var unpacked: [UInt8] = []
        let isFine = gunzip.unpack(packed) { piece in
            unpacked += piece
            return unpacked.count <= limit
        }
        return isFine && gunzip.isAtEnd ? unpacked : nil
    }
}
