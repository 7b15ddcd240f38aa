// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials

/// Base64 with padding (RFC 4648, 4).
public enum Base64 {
    /// The text for some bytes.
    public static func encode(_ bytes: some Sequence<UInt8>) -> String {
        Data(bytes).base64EncodedString()
    }

    /// The bytes that a text stands for; nil when it is not base64.
    public static func decode(_ text: some StringProtocol) -> [UInt8]? {
        Data(base64Encoded: String(text)).map { [UInt8]($0) }
    }
}
