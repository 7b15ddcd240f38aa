// SPDX-License-Identifier: Apache-2.0

/// The ARN of an execution role (botocore, lambda/2015-03-31: RoleArn).
enum RoleARN {
    static let constraint =
        "Member must satisfy regular expression pattern: "
        + "arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+"

    static func isValid(_ text: String) -> Bool {
        let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", isPartition(parts[1]), parts[2] == "iam", parts[3].isEmpty,
            parts[4].utf8.count == 12, parts[4].utf8.allSatisfy({ (48...57).contains($0) }),
            parts[5].hasPrefix("role")
        else { return false }
        let name = parts[5].dropFirst(4)
        return !name.isEmpty
            && name.utf8.allSatisfy { $0.isASCIILetterOrDigit || "_+=,.@-/".utf8.contains($0) }
    }

    private static func isPartition(_ text: Substring) -> Bool {
        text.isEmpty
            || text.hasPrefix("aws")
                && text.dropFirst(3).utf8.allSatisfy {
                    $0 == UInt8(ascii: "-") || $0.isASCIILetterOrDigit && !(48...57).contains($0)
                }
    }
}
