// SPDX-License-Identifier: Apache-2.0

/// Where the application keeps things in its bucket.
package enum ImageKeys {
    package static func input(_ id: String) -> String { "inputs/\(id).json" }
    package static func image(_ id: String) -> String { "images/\(id).png" }
    package static func state(_ id: String) -> String { "state/\(id).json" }

    /// What a key of the application names.
    package enum Kind: Sendable, Equatable {
        case input(id: String)
        case image(id: String)
    }

    /// The request that an input or a picture belongs to; nil for other keys.
    package static func kind(of key: String) -> Kind? {
        if let id = id(in: key, between: "inputs/", and: ".json") { return .input(id: id) }
        if let id = id(in: key, between: "images/", and: ".png") { return .image(id: id) }
        return nil
    }

    /// Whether a text can be the id of a request: 1 to 64 letters, digits, dots, hyphens and underscores.
    ///
    /// SageMaker takes such ids too.
    package static func isID(_ text: String) -> Bool {
        1...64 ~= text.utf8.count && text.first != "."
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    private static func id(in key: String, between prefix: String, and suffix: String) -> String? {
        guard key.hasPrefix(prefix), key.hasSuffix(suffix), key.utf8.count > prefix.utf8.count + suffix.utf8.count
        else { return nil }
        let id = String(key.dropFirst(prefix.count).dropLast(suffix.count))
        return isID(id) ? id : nil
    }
}

/// An address of the form `s3://bucket/key`.
package struct S3Location: Equatable, Sendable {
    package let bucket: String
    package let key: String

    package init?(_ text: String) {
        guard text.hasPrefix("s3://") else { return nil }
        let parts = text.dropFirst(5).split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
        bucket = String(parts[0])
        key = String(parts[1])
    }

    package init(bucket: String, key: String) {
        self.bucket = bucket
        self.key = key
    }

    package var text: String { "s3://\(bucket)/\(key)" }
}
