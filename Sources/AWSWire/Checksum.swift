// SPDX-License-Identifier: Apache-2.0
import Crypto

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
        case md5(Insecure.MD5)
        case sha1(Insecure.SHA1)
        case sha256(SHA256)
        case crc(CRC)
    }

    /// What is computed.
    public let algorithm: Algorithm
    private var state: State

    /// A computation over no bytes yet.
    public init(_ algorithm: Algorithm) {
        self.algorithm = algorithm
        state =
            switch algorithm {
            case .md5: .md5(Insecure.MD5())
            case .sha1: .sha1(Insecure.SHA1())
            case .sha256: .sha256(SHA256())
            case .crc32: .crc(CRC(.crc32))
            case .crc32c: .crc(CRC(.crc32c))
            case .crc64nvme: .crc(CRC(.crc64nvme))
            }
    }

    /// Takes more bytes.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        switch state {
        case .md5(var hash):
            hash.update(bufferPointer: bytes)
            state = .md5(hash)
        case .sha1(var hash):
            hash.update(bufferPointer: bytes)
            state = .sha1(hash)
        case .sha256(var hash):
            hash.update(bufferPointer: bytes)
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
        case .md5(let hash): Array(hash.finalize())
        case .sha1(let hash): Array(hash.finalize())
        case .sha256(let hash): Array(hash.finalize())
        case .crc(let crc): crc.value
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
