// SPDX-License-Identifier: Apache-2.0
import AWSWire
import HTTP1

/// The headers that an object keeps: its content headers, its metadata and its checksum.
struct ObjectAttributes: Sendable, Equatable {
    struct Field: Sendable, Equatable {
        var name: String
        var value: String
    }

    static let defaultContentType = "binary/octet-stream"
    private static let contentHeaders = [
        "Content-Type", "Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Language", "Expires",
    ]
    private static let metadataPrefix = "x-amz-meta-"
    private static let checksumPrefix = "x-amz-checksum-"

    private(set) var fields: [Field]

    init(_ fields: [Field] = []) {
        self.fields = fields
    }

    /// What a request that writes an object says of it.
    ///
    /// - Throws: `MetadataTooLarge`.
    init(_ headers: HTTPHeaders) throws(AWSError) {
        fields = []
        for name in Self.contentHeaders {
            guard let value = headers[name], !value.isEmpty else { continue }
            if name == "Content-Encoding" {
                let encodings = Self.withoutChunking(value)
                if !encodings.isEmpty { fields.append(Field(name: name, value: encodings)) }
            } else {
                fields.append(Field(name: name, value: value))
            }
        }
        if !headers.contains("content-type") {
            fields.insert(Field(name: "Content-Type", value: Self.defaultContentType), at: 0)
        }
        var size = 0
        for (name, value) in headers where name.lowercased().hasPrefix(Self.metadataPrefix) {
            fields.append(Field(name: name.lowercased(), value: value))
            size += name.utf8.count - Self.metadataPrefix.utf8.count + value.utf8.count
        }
        guard size <= S3Limits.metadataBytes else {
            throw AWSError(
                "MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size", status: 400,
                details: [AWSError.Detail("Size", size), AWSError.Detail("MaxSizeAllowed", S3Limits.metadataBytes)])
        }
    }

    subscript(_ name: String) -> String? {
        fields.first { $0.name == name }?.value
    }

    var contentType: String { self["Content-Type"] ?? Self.defaultContentType }

    /// Keeps the checksum that the client asked S3 to check; nil removes it.
    mutating func setChecksum(_ checksum: BodySummary.NamedChecksum?) {
        fields.removeAll { $0.name.hasPrefix(Self.checksumPrefix) }
        guard let checksum else { return }
        fields.append(Field(name: checksum.algorithm.headerName, value: checksum.base64))
        fields.append(Field(name: "x-amz-checksum-type", value: "FULL_OBJECT"))
    }

    /// Takes over the checksum of an object with the same bytes.
    mutating func keepChecksum(of other: ObjectAttributes) {
        fields.removeAll { $0.name.hasPrefix(Self.checksumPrefix) }
        fields += other.fields.filter { $0.name.hasPrefix(Self.checksumPrefix) }
    }

    /// The headers of an answer that hands the object out.
    ///
    /// - Parameter withChecksum: whether the request asked for the checksum.
    func headers(withChecksum: Bool) -> HTTPHeaders {
        var headers = HTTPHeaders()
        for field in fields where withChecksum || !field.name.hasPrefix(Self.checksumPrefix) {
            headers.add(field.name, field.value)
        }
        return headers
    }

    private static func withoutChunking(_ encodings: String) -> String {
        encodings.split(separator: ",").map { $0.filter { $0 != " " } }.filter { $0 != "aws-chunked" }
            .joined(separator: ",")
    }
}

extension ObjectAttributes {
    /// The form in which they are stored: a line for each, `name: value`; header values hold no line ends.
    init(stored text: String) {
        fields = text.split(separator: "\n").compactMap { line in
            guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
            let value = line.utf8[colon...].dropFirst(2)
            return Field(name: String(line[..<colon]), value: String(decoding: value, as: UTF8.self))
        }
    }

    var stored: String {
        fields.map { "\($0.name): \($0.value)\n" }.joined()
    }
}
