// SPDX-License-Identifier: Apache-2.0
public import AWSWire

/// The bucket and the key that a request names, in its path or in its host name.
public struct S3Address: Sendable, Equatable {
    /// Nil for the service itself.
    public var bucket: String?
    /// Nil for the bucket, or the service, itself.
    public var key: String?
    /// Whether the host name and not the path named the bucket.
    public var isVirtualHosted: Bool

    private static let domains = [".localhost.localstack.cloud", ".localhost", ".amazonaws.com"]

    /// Reads host and path of a request.
    ///
    /// - Parameters:
    ///   - host: the `Host` header, with or without a port.
    ///   - path: as it was sent, percent-encoded.
    /// - Throws: `InvalidURI` for a path whose escapes are broken, are not UTF-8 or hold a NUL;
    ///   `KeyTooLongError`; `InvalidBucketName`.
    public init(host: String?, path: String) throws(AWSError) {
        let path = path.hasPrefix("/") ? path.dropFirst() : path[...]
        if let bucket = host.flatMap(Self.bucket(inHost:)) {
            isVirtualHosted = true
            self.bucket = bucket
            key = try Self.key(path)
        } else {
            isVirtualHosted = false
            let parts = path.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            bucket = parts[0].isEmpty ? nil : URIEncoding.decodeLeniently(parts[0])
            key = try parts.count == 2 ? Self.key(parts[1]) : nil
            // "//key" names no bucket.
            if bucket == nil, key != nil { throw S3Error.invalidBucketName("") }
        }
        if let bucket, !BucketName.isAcceptable(bucket) { throw S3Error.invalidBucketName(bucket) }
    }

    /// The bucket that a host name such as `b.s3.localhost`, `b.s3.eu-west-1.localhost.localstack.cloud`, `b.localhost`
    /// or `b.s3.amazonaws.com` begins with; nil when the path has to name it.
    ///
    /// - Parameter host: with or without a port.
    public static func bucket(inHost host: String) -> String? {
        let name = (host.lastIndex(of: ":").map { host[..<$0] } ?? host[...]).lowercased()
        guard let domain = domains.first(where: name.hasSuffix) else { return nil }
        let labels = name.dropLast(domain.count).split(separator: ".", omittingEmptySubsequences: false)
        guard let service = labels.lastIndex(where: { $0 == "s3" || $0.hasPrefix("s3-") }),
            labels.count - service <= 3
        else {
            // Some clients put the bucket before whatever host the endpoint has.
            return domain == ".amazonaws.com" ? nil : labels.joined(separator: ".")
        }
        return service == 0 ? nil : labels[..<service].joined(separator: ".")
    }

    private static func key(_ encoded: Substring) throws(AWSError) -> String? {
        guard !encoded.isEmpty else { return nil }
        guard let key = URIEncoding.decode(encoded), !key.utf8.contains(0) else { throw S3Error.invalidURI }
        guard key.utf8.count <= S3Limits.keyBytes else { throw S3Error.keyTooLong(key.utf8.count) }
        return key
    }
}

/// The rules for bucket names (AWS documentation: S3 User Guide, "Bucket naming rules").
enum BucketName {
    private static let reservedPrefixes = ["xn--", "sthree-", "amzn-s3-demo-"]
    private static let reservedSuffixes = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"]

    /// Whether a bucket may be created with this name.
    static func isValid(_ name: String) -> Bool {
        isAcceptable(name) && !reservedPrefixes.contains(where: name.hasPrefix)
            && !reservedSuffixes.contains(where: name.hasSuffix)
    }

    /// Whether a request may name such a bucket, if only to hear that there is none.
    static func isAcceptable(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard (3...63).contains(bytes.count), let first = bytes.first, let last = bytes.last,
            isAlphanumeric(first), isAlphanumeric(last),
            bytes.allSatisfy({ isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") })
        else { return false }
        return !name.contains("..") && !isAddress(name)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isAddress(_ name: String) -> Bool {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }
}
