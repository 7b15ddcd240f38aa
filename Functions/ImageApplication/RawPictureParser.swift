// SPDX-License-Identifier: Apache-2.0

/// Finds the picture in the endpoint's JSON and reads its numbers straight into bytes.
///
/// A picture of 1024 by 1024 pixels is three million numbers in four million arrays; a general decoder makes a value
/// of each. What stands around the picture is passed over without being decoded, only its brackets and quotes are
/// followed.
struct RawPictureParser {
    static let maximumSide = 4096
    private static let maximumDepth = 64

    private let bytes: UnsafeBufferPointer<UInt8>
    private var offset = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    mutating func readDocument() throws(InvalidPicture) -> RawPicture {
        var picture: RawPicture?
        try expect("{")
        if !accept("}") {
            repeat {
                let key = try readKey()
                try expect(":")
                switch key {
                case Self.image where picture == nil:
                    picture = try readPicture()
                case Self.images where picture == nil:
                    picture = try readFirstPicture()
                default:
                    try skipValue()
                }
            } while accept(",")
            try expect("}")
        }
        skipSpace()
        guard offset == bytes.count else { throw invalid("the document goes on after its end") }
        guard let picture else { throw invalid("there is no generated_image") }
        return picture
    }

    private static let image = Array("generated_image".utf8)
    private static let images = Array("generated_images".utf8)

    private mutating func readFirstPicture() throws(InvalidPicture) -> RawPicture {
        try expect("[")
        let picture = try readPicture()
        while accept(",") { try skipValue() }
        try expect("]")
        return picture
    }

    private mutating func readPicture() throws(InvalidPicture) -> RawPicture {
        var rgb: [UInt8] = []
        var width = 0
        var height = 0
        try expect("[")
        repeat {
            let start = rgb.count
            try readRow(into: &rgb)
            let columns = (rgb.count - start) / 3
            if height == 0 {
                width = columns
                // Pictures are mostly square, and never more than this.
                rgb.reserveCapacity(3 * width * width)
            }
            guard columns == width else { throw invalid("row \(height) has \(columns) pixels, the first has \(width)") }
            height += 1
            guard height <= Self.maximumSide else { throw invalid("there are more than \(Self.maximumSide) rows") }
        } while accept(",")
        try expect("]")
        return RawPicture(width: width, height: height, rgb: rgb)
    }

    private mutating func readRow(into rgb: inout [UInt8]) throws(InvalidPicture) {
        let limit = rgb.count + 3 * Self.maximumSide
        try expect("[")
        repeat {
            try expect("[")
            rgb.append(try readColour())
            try expect(",")
            rgb.append(try readColour())
            try expect(",")
            rgb.append(try readColour())
            try expect("]")
            guard rgb.count <= limit else { throw invalid("a row has more than \(Self.maximumSide) pixels") }
        } while accept(",")
        try expect("]")
    }

    private mutating func readColour() throws(InvalidPicture) -> UInt8 {
        skipSpace()
        var value = 0
        var digits = 0
        while offset < bytes.count, digits < 4 {
            let digit = Int(bytes[offset]) - 48
            guard 0...9 ~= digit else { break }
            value = value * 10 + digit
            digits += 1
            offset += 1
        }
        guard digits > 0, value <= 255 else { throw invalid("a colour is no whole number from 0 to 255") }
        return UInt8(value)
    }
}

extension RawPictureParser {
    private mutating func readKey() throws(InvalidPicture) -> [UInt8] {
        skipSpace()
        let start = offset
        try skipString()
        return Array(bytes[start + 1..<offset - 1])
    }

    private mutating func skipString() throws(InvalidPicture) {
        try expect("\"")
        while offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            if byte == UInt8(ascii: "\"") { return }
            if byte == UInt8(ascii: "\\") { offset += 1 }
        }
        throw invalid("a string does not end")
    }

    /// Passes over a value; what stands inside brackets is followed only as far as finding their end needs.
    private mutating func skipValue() throws(InvalidPicture) {
        var open = 0
        repeat {
            skipSpace()
            guard offset < bytes.count else { throw invalid("the document ends inside a value") }
            switch bytes[offset] {
            case UInt8(ascii: "\""): try skipString()
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                open += 1
                offset += 1
                guard open <= Self.maximumDepth else { throw invalid("values are nested too deep") }
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                guard open > 0 else { throw invalid("a value is missing") }
                open -= 1
                offset += 1
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                guard open > 0 else { throw invalid("a value is missing") }
                offset += 1
            default:
                skipWord()
            }
        } while open > 0
    }

    private mutating func skipWord() {
        offset += 1
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: "["),
                UInt8(ascii: "{"), UInt8(ascii: "\""), 0x20, 0x0A, 0x0D, 0x09:
                return
            default: offset += 1
            }
        }
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(InvalidPicture) {
        guard accept(character) else { throw invalid("expected \(character)") }
    }

    @inline(__always)
    private mutating func accept(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: character) else { return false }
        offset += 1
        return true
    }

    @inline(__always)
    private mutating func skipSpace() {
        while offset < bytes.count {
            let byte = bytes[offset]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            offset += 1
        }
    }

    private func invalid(_ reason: String) -> InvalidPicture {
        InvalidPicture(reason: reason, offset: offset)
    }
}
