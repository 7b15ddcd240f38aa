// SPDX-License-Identifier: Apache-2.0
import AWSWire
import HTTP1

/// What the head of a request says about its body, for the body to be checked against.
struct BodyExpectation: Sendable {
    /// A checksum in a header, or announced for the trailer, when its value is still to come.
    struct ExpectedChecksum: Sendable {
        var algorithm: Checksum.Algorithm
        var value: [UInt8]?
    }

    var md5: [UInt8]?
    /// `x-amz-content-sha256`, where it is a hash.
    var sha256: String?
    var checksum: ExpectedChecksum?
    var isChunked = false
    /// How long the body is, its chunks taken apart.
    var length: Int
    var chunkSignatures: ChunkSignatures?

    /// - Parameters:
    ///   - contentLength: how long the body is on the wire; nil for one with `Transfer-Encoding: chunked`.
    ///   - chunkSignatures: what signed chunks are checked with, if the request's own signature was.
    /// - Throws: S3's error for headers that are wrong in themselves, and for a body without a length or too long.
    init(_ headers: HTTPHeaders, contentLength: Int?, chunkSignatures: ChunkSignatures?) throws(AWSError) {
        let declared = headers["x-amz-content-sha256"]
        isChunked =
            declared?.hasPrefix("STREAMING-") == true
            || headers["content-encoding"]?.lowercased().contains("aws-chunked") == true
        self.chunkSignatures = chunkSignatures
        guard let contentLength else {
            throw headers.contains("transfer-encoding")
                ? S3Error.notImplemented("Transfer-Encoding") : S3Error.missingContentLength
        }
        if isChunked {
            guard let length = headers["x-amz-decoded-content-length"].flatMap({ Int($0) }), length >= 0 else {
                throw S3Error.missingContentLength
            }
            self.length = length
        } else {
            length = contentLength
        }
        guard length <= S3Limits.putBytes else { throw S3Error.entityTooLarge(length, limit: S3Limits.putBytes) }
        if let declared, !isChunked, declared != "UNSIGNED-PAYLOAD" {
            guard Hex.decode(declared)?.count == 32 else {
                throw S3Error.invalidArgument(
                    "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, "
                        + "STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid "
                        + "sha256 value.", "x-amz-content-sha256", declared)
            }
            sha256 = declared.lowercased()
        }
        md5 = try Self.md5(headers)
        checksum = try Self.checksum(headers)
    }

    private static func md5(_ headers: HTTPHeaders) throws(AWSError) -> [UInt8]? {
        guard let text = headers["content-md5"] else { return nil }
        guard let value = Base64.decode(text), value.count == 16 else {
            throw AWSError("InvalidDigest", "The Content-MD5 you specified was invalid.", status: 400)
        }
        return value
    }

    private static func checksum(_ headers: HTTPHeaders) throws(AWSError) -> ExpectedChecksum? {
        var found: [ExpectedChecksum] = []
        let trailer = headers["x-amz-trailer"]?.lowercased()
        for algorithm in Checksum.Algorithm.allCases where algorithm != .md5 {
            if let text = headers[algorithm.headerName] {
                guard let value = Base64.decode(text), value.count == Checksum.value(algorithm, of: []).count else {
                    throw S3Error.invalidRequest("Value for \(algorithm.headerName) header is invalid.")
                }
                found.append(ExpectedChecksum(algorithm: algorithm, value: value))
            } else if trailer == algorithm.headerName {
                found.append(ExpectedChecksum(algorithm: algorithm, value: nil))
            }
        }
        guard found.count <= 1 else {
            throw S3Error.invalidRequest(
                "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.")
        }
        return found.first
    }
}

/// What a body turned out to be.
struct BodySummary: Sendable {
    struct NamedChecksum: Sendable, Equatable {
        var algorithm: Checksum.Algorithm
        var base64: String
    }

    var size: Int
    /// Lower-case hexadecimal: the ETag of an object that came in one piece.
    var md5: String
    /// The checksum that the client named, found right.
    var checksum: NamedChecksum?
}
