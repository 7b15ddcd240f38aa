// SPDX-License-Identifier: Apache-2.0
import AWSWire

/// How a caller names a layer or one of its versions (botocore, lambda/2015-03-31: LayerNameOrArn, LayerVersionArn).
struct LayerName: Equatable {
    var name: String
    /// Where it is, when the caller gave an ARN.
    var region: String?
    var account: String?
    /// The version's number, when the ARN has one.
    var number: Int?

    static let region = "(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}"
    static let pattern =
        "(arn:(aws[a-zA-Z-]*)?:lambda:\(region):\\d{12}:layer:[a-zA-Z0-9-_]{1,140}|[a-zA-Z0-9-_]{1,140})"
    static let versionPattern =
        "((arn:(aws[a-zA-Z-]*)?:lambda:\(region):\\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+)|"
        + "(arn:[a-zA-Z0-9-]+:lambda:::awslayer:[a-zA-Z0-9-_]+))"

    /// A name, or the ARN of a layer without a version.
    ///
    /// - Throws: the error that GetLayerVersion answers with.
    init(_ text: String) throws(AWSError) {
        guard let found = Self.parse(text) ?? (Self.isName(text) ? Self(name: text) : nil), found.number == nil else {
            var violations = ConstraintViolations()
            violations.require(
                false, text, at: "layerName", "Member must satisfy regular expression pattern: \(Self.pattern)")
            throw violations.error
        }
        self = found
    }

    /// The ARN of a version; nil for anything else.
    init?(versionARN text: String) {
        guard let found = Self.parse(text), found.number != nil else { return nil }
        self = found
    }

    private init(name: String) {
        self.name = name
    }

    private static func parse(_ text: String) -> LayerName? {
        guard let arn = ARN(text), arn.service == "lambda" else { return nil }
        let parts = arn.resource.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), parts[0] == "layer", isName(String(parts[1])),
            parts.count == 2 || Int(parts[2]) != nil
        else { return nil }
        var found = LayerName(name: String(parts[1]))
        found.region = arn.region
        found.account = arn.account
        found.number = parts.count == 3 ? Int(parts[2]) : nil
        return found
    }

    private static func isName(_ text: String) -> Bool {
        (1...140).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                $0.isASCIILetterOrDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
            }
    }
}
