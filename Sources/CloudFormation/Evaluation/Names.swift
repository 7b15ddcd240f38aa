// SPDX-License-Identifier: Apache-2.0

/// Names for what a template leaves unnamed.
///
/// CloudFormation draws them at random; here the same stack gets the same names in
/// every run, so that state found on disk still belongs to it.
enum GeneratedName {
    /// `STACK-LOGICALID-SUFFIX`, as CloudFormation builds them.
    static func resource(_ logicalID: String, in stack: String) -> String {
        "\(stack)-\(logicalID)-\(code(of: "\(stack)/\(logicalID)", length: 12).uppercased())"
    }

    /// Lower case, at most 63 characters.
    static func bucket(_ logicalID: String, in stack: String) -> String {
        let suffix = code(of: "\(stack)/\(logicalID)", length: 12)
        return "\("\(stack)-\(logicalID)".lowercased().prefix(50))-\(suffix)"
    }

    /// Ten characters, as API Gateway gives them.
    static func api(_ logicalID: String, in stack: String) -> String {
        code(of: "\(stack)/\(logicalID)/api", length: 10)
    }

    /// 32 characters, as function URLs have them.
    static func functionURL(_ logicalID: String, in stack: String) -> String {
        code(of: "\(stack)/\(logicalID)/url", length: 32)
    }

    /// Letters and digits from the FNV-1a hash of a text.
    private static func code(of text: String, length: Int) -> String {
        let digits = Array("abcdefghijklmnopqrstuvwxyz0123456789")
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        var code = ""
        for round in 0..<length {
            for byte in text.utf8 + [UInt8(truncatingIfNeeded: round)] {
                hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
            }
            // The high bits: FNV mixes the low ones badly.
            code.append(digits[Int((hash >> 33) % UInt64(digits.count))])
        }
        return code
    }
}
