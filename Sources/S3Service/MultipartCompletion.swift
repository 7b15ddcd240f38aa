// SPDX-License-Identifier: Apache-2.0
import AWSWire

/// The document of CompleteMultipartUpload: the parts that the object is made of.
struct MultipartCompletion: Decodable {
    struct Part: Decodable {
        var number: Int
        var etag: String

        enum CodingKeys: String, CodingKey {
            case number = "PartNumber"
            case etag = "ETag"
        }
    }

    var parts: [Part]

    enum CodingKeys: String, CodingKey { case parts = "Part" }

    /// The parts to join, of those that were uploaded.
    ///
    /// AWS documentation: S3 API Reference, "CompleteMultipartUpload".
    ///
    /// - Throws: `InvalidPartOrder`, `InvalidPart`, `EntityTooSmall`.
    func choose(from uploaded: [PartRecord]) throws(AWSError) -> [PartRecord] {
        guard !parts.isEmpty else { throw S3Error.malformedXML }
        guard zip(parts, parts.dropFirst()).allSatisfy({ $0.number < $1.number }) else {
            throw AWSError(
                "InvalidPartOrder",
                "The list of parts was not in ascending order. Parts must be ordered by part number.", status: 400)
        }
        let byNumber = Dictionary(uniqueKeysWithValues: uploaded.map { ($0.number, $0) })
        var chosen: [PartRecord] = []
        for part in parts {
            guard let found = byNumber[part.number], ETagList(part.etag).contains(found.etag) else {
                throw AWSError(
                    "InvalidPart",
                    "One or more of the specified parts could not be found. The part may not have been uploaded, or "
                        + "the specified entity tag may not match the part's entity tag.", status: 400,
                    details: [AWSError.Detail("PartNumber", part.number), AWSError.Detail("ETag", part.etag)])
            }
            chosen.append(found)
        }
        for part in chosen.dropLast() where part.size < S3Limits.partBytesMinimum {
            throw AWSError(
                "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", status: 400,
                details: [
                    AWSError.Detail("ProposedSize", part.size),
                    AWSError.Detail("MinSizeAllowed", S3Limits.partBytesMinimum),
                    AWSError.Detail("PartNumber", part.number), AWSError.Detail("ETag", part.etag),
                ])
        }
        return chosen
    }

    /// The ETag of an object in parts: the MD5 of their MD5s, and how many there are.
    static func etag(_ parts: [PartRecord]) -> String {
        let digests = parts.flatMap { Hex.decode($0.etag) ?? [] }
        return "\(Hex.encode(Checksum.value(.md5, of: digests)))-\(parts.count)"
    }
}
