// SPDX-License-Identifier: Apache-2.0

extension UInt8 {
    /// The value of a hexadecimal digit, either case; nil for any other byte.
    var hexDigitValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    var isASCIIDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

    /// One of `A-Z a-z 0-9 - . _ ~`, which URI encoding leaves alone (RFC 3986, 2.3).
    var isURIUnreserved: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}

extension StringProtocol {
    /// The text without spaces, tabs and line ends around it.
    var trimmedASCIIWhitespace: Substring {
        var text = Substring(self)
        while let first = text.utf8.first, first.isASCIIWhitespace { text.utf8.removeFirst() }
        while let last = text.utf8.last, last.isASCIIWhitespace { text.utf8.removeLast() }
        return text
    }
}

extension UInt8 {
    var isASCIIWhitespace: Bool { self == 32 || (self >= 9 && self <= 13) }
}
