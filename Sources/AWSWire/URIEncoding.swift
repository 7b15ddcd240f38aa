// SPDX-License-Identifier: Apache-2.0

/// Percent-encoding as AWS defines it, and the form encoding that S3 events and the query protocol use.
///
/// AWS documentation: IAM User Guide, "Create a signed AWS API request", the rules of `UriEncode()`.
public enum URIEncoding {
    /// Keeps `A-Z a-z 0-9 - . _ ~`, and `/` if asked to; every other byte of the UTF-8 form becomes `%XX`.
    public static func encode(_ text: some StringProtocol, keepingSlashes: Bool = false) -> String {
        encode(bytes: text.utf8) { $0.isURIUnreserved || (keepingSlashes && $0 == UInt8(ascii: "/")) }
    }

    /// `application/x-www-form-urlencoded` for one name or value: space becomes `+`, and `* - . _` stay.
    ///
    /// It is how object keys stand in S3 events: `red flower.jpg` becomes `red+flower.jpg`.
    public static func encodeForm(_ text: some StringProtocol, keepingSlashes: Bool = false) -> String {
        var encoded = encode(bytes: text.utf8) { byte in
            switch byte {
            case UInt8(ascii: "~"): false
            case UInt8(ascii: "*"), UInt8(ascii: " "): true
            case UInt8(ascii: "/"): keepingSlashes
            default: byte.isURIUnreserved
            }
        }
        encoded.replaceASCII(UInt8(ascii: " "), with: UInt8(ascii: "+"))
        return encoded
    }

    /// The text behind `%XX` escapes; nil when an escape is broken or the bytes are not UTF-8.
    public static func decode(_ text: some StringProtocol) -> String? {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        guard let bytes = decodeBytes(text, strict: true) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    /// The text behind `%XX` escapes; a broken escape stands for itself, bytes that are not UTF-8 become U+FFFD.
    public static func decodeLeniently(_ text: some StringProtocol) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")), let bytes = decodeBytes(text, strict: false) else {
            return String(text)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// As ``decodeLeniently(_:)``, with `+` standing for a space.
    public static func decodeForm(_ text: some StringProtocol) -> String {
        guard text.utf8.contains(UInt8(ascii: "+")) else { return decodeLeniently(text) }
        var spaced = String(text)
        spaced.replaceASCII(UInt8(ascii: "+"), with: UInt8(ascii: " "))
        return decodeLeniently(spaced)
    }

    /// Encodes what each segment of `path` decodes to, whatever its sender encoded or left alone.
    static func encode(decodingSegmentsOf path: String) -> String {
        path.split(separator: "/", omittingEmptySubsequences: false)
            .map { encode(bytes: decodeBytes($0, strict: false) ?? []) { $0.isURIUnreserved } }
            .joined(separator: "/")
    }

    private static func encode(bytes: some Collection<UInt8>, keeping isKept: (UInt8) -> Bool) -> String {
        var encoded: [UInt8] = []
        encoded.reserveCapacity(bytes.count)
        for byte in bytes {
            if isKept(byte) {
                encoded.append(byte)
            } else {
                encoded.append(UInt8(ascii: "%"))
                encoded.append(Hex.upper[Int(byte >> 4)])
                encoded.append(Hex.upper[Int(byte & 15)])
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    private static func decodeBytes(_ text: some StringProtocol, strict: Bool) -> [UInt8]? {
        let source = Array(text.utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(source.count)
        var index = 0
        while index < source.count {
            let byte = source[index]
            if byte == UInt8(ascii: "%") {
                if index + 2 < source.count, let high = source[index + 1].hexDigitValue,
                    let low = source[index + 2].hexDigitValue
                {
                    bytes.append(high << 4 | low)
                    index += 3
                    continue
                }
                if strict { return nil }
            }
            bytes.append(byte)
            index += 1
        }
        return bytes
    }
}

extension String {
    fileprivate mutating func replaceASCII(_ old: UInt8, with new: UInt8) {
        self = String(decoding: utf8.map { $0 == old ? new : $0 }, as: UTF8.self)
    }
}
