// SPDX-License-Identifier: Apache-2.0
internal import CZlib

/// Unpacks what was packed by gzip (RFC 1952).
enum Gunzip {
    private static let pieceSize = 64 * 1024
    /// zlib.h: the largest window, and 16 for gzip's header.
    private static let windowBits: Int32 = 15 + 16

    /// - Parameter limit: how many bytes come out at most.
    /// - Returns: nil for what is no whole gzip stream, or too long.
    static func unpack(_ packed: UnsafeRawBufferPointer, limit: Int) -> [UInt8]? {
        guard !packed.isEmpty, packed.count <= Int(UInt32.max) else { return nil }
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        guard inflateInit2_(&stream, windowBits, ZLIB_VERSION, size) == Z_OK else { return nil }
        defer { inflateEnd(&stream) }
        stream.next_in = UnsafeMutablePointer(mutating: packed.bindMemory(to: UInt8.self).baseAddress)
        stream.avail_in = UInt32(packed.count)
        var unpacked: [UInt8] = []
        var status = Z_OK
        while status == Z_OK, unpacked.count <= limit {
            unpacked += [UInt8](unsafeUninitializedCapacity: pieceSize) { piece, count in
                stream.next_out = piece.baseAddress
                stream.avail_out = UInt32(pieceSize)
                status = inflate(&stream, Z_NO_FLUSH)
                count = pieceSize - Int(stream.avail_out)
            }
        }
        return status == Z_STREAM_END && unpacked.count <= limit ? unpacked : nil
    }
}
