// SPDX-License-Identifier: Apache-2.0
import CLibcrypto

/// The digests and checksums that AWS services name.
///
/// Hashing goes on as bytes arrive.
public struct Checksum: Sendable {
    /// What is computed; ``Algorithm/headerName`` says where S3 carries it.
    public enum Algorithm: String, Sendable, CaseIterable {
        case md5 = "MD5"
        case sha1 = "SHA1"
        case sha256 = "SHA256"
        case crc32 = "CRC32"
        case crc32c = "CRC32C"
        case crc64nvme = "CRC64NVME"

        /// `x-amz-checksum-crc32` and the like; for MD5, which has no such header, `content-md5`.
        public var headerName: String {
            self == .md5 ? "content-md5" : "x-amz-checksum-\(rawValue.lowercased())"
        }
    }

    private enum State: Sendable {
        case md5(MD5_CTX)
        case sha1(SHA_CTX)
        case sha256(SHA256_CTX)
        case crc(CRC)
    }

    /// What is computed.
    public let algorithm: Algorithm
    private var state: State

    /// A computation over no bytes yet.
    public init(_ algorithm: Algorithm) {
        self.algorithm = algorithm
        switch algorithm {
        case .md5:
            var hash = MD5_CTX()
            MD5_Init(&hash)
            state = .md5(hash)
        case .sha1:
            var hash = SHA_CTX()
            SHA1_Init(&hash)
            state = .sha1(hash)
        case .sha256:
            var hash = SHA256_CTX()
            SHA256_Init(&hash)
            state = .sha256(hash)
        case .crc32: state = .crc(CRC(.crc32))
        case .crc32c: state = .crc(CRC(.crc32c))
        case .crc64nvme: state = .crc(CRC(.crc64nvme))
        }
    }

    /// Takes more bytes.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        switch state {
        case .md5(var hash):
            MD5_Update(&hash, bytes.baseAddress, bytes.count)
            state = .md5(hash)
        case .sha1(var hash):
            SHA1_Update(&hash, bytes.baseAddress, bytes.count)
            state = .sha1(hash)
        case .sha256(var hash):
            SHA256_Update(&hash, bytes.baseAddress, bytes.count)
            state = .sha256(hash)
        case .crc(var crc):
            crc.update(bytes)
            state = .crc(crc)
        }
    }

    /// Takes more bytes.
    public mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// The value over all bytes so far, big-endian for the CRCs, as S3 encodes them.
    public var value: [UInt8] {
        switch state {
        case .md5(var hash): Self.bytes(16) { MD5_Final($0, &hash) }
        case .sha1(var hash): Self.bytes(20) { SHA1_Final($0, &hash) }
        case .sha256(var hash): Self.bytes(32) { SHA256_Final($0, &hash) }
        case .crc(let crc): crc.value
        }
    }

    private static func bytes(_ count: Int, _ fill: (UnsafeMutablePointer<UInt8>?) -> Int32) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            _ = fill(buffer.baseAddress)
            initialized = count
        }
    }

    /// ``value`` in base64, as S3's headers carry it.
    public var base64: String { Base64.encode(value) }

    /// The value over some bytes.
    public static func value(_ algorithm: Algorithm, of bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var checksum = Checksum(algorithm)
        checksum.update(bytes)
        return checksum.value
    }

    /// The value over some bytes.
    public static func value(_ algorithm: Algorithm, of bytes: [UInt8]) -> [UInt8] {
        bytes.withUnsafeBytes { value(algorithm, of: $0) }
    }

    /// SHA-256 in lower-case hexadecimal: the payload hash of SigV4.
    public static func sha256Hex(_ bytes: UnsafeRawBufferPointer) -> String {
        Hex.encode(value(.sha256, of: bytes))
    }

    /// SHA-256 in lower-case hexadecimal: the payload hash of SigV4.
    public static func sha256Hex(_ bytes: [UInt8]) -> String {
        Hex.encode(value(.sha256, of: bytes))
    }
}
