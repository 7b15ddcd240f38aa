// SPDX-License-Identifier: Apache-2.0
package import AWSWire

/// How a caller names a function: a name, a partial ARN (`account:function:name`) or an ARN, each with or without a
/// qualifier at its end.
package struct FunctionName: Equatable {
    package var name: String
    package var qualifier: String?

    static let constraint = """
        Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?\
        -[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_\\.]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?
        """

    /// Reads what stands in the path of a request, percent-decoded, together with its `Qualifier`.
    ///
    /// - Throws: the error that AWS answers with for what is no function's name, belongs to another region, or
    ///   contradicts the qualifier.
    package init(
        _ text: String, qualifier: String?, account: String, region: String
    ) throws(AWSError) {
        try Self.check(text, qualifier)
        var parts = text.split(separator: ":", omittingEmptySubsequences: false)[...]
        if parts.first == "arn" {
            guard parts.count >= 7, parts[1].hasPrefix("aws"), parts[2] == "lambda" else { throw Self.malformed(text) }
            guard parts[3] == region else {
                throw .resourceNotFound(
                    "Functions from '\(parts[3])' are not reachable in this region ('\(region)')")
            }
            parts = parts.dropFirst(4)
        }
        if parts.count >= 3, parts[parts.startIndex + 1] == "function" {
            guard parts.first.map(String.init) == account else { throw .functionNotFound(text) }
            parts = parts.dropFirst(1)
        }
        if parts.count >= 2, parts.first == "function" { parts = parts.dropFirst(1) }
        guard let name = parts.popFirst(), Self.isValidName(String(name)), parts.count <= 1 else {
            throw Self.malformed(text)
        }
        self.name = String(name)
        self.qualifier = qualifier
        guard let derived = parts.first.map(String.init) else { return }
        guard Self.isValidQualifier(derived) else { throw Self.malformed(text) }
        guard qualifier == nil || qualifier == derived else {
            throw .invalidParameter(
                "The derived qualifier from the function name does not match the specified qualifier.")
        }
        self.qualifier = derived
    }

    /// What the API's model demands of names and qualifiers.
    ///
    /// Wording: LocalStack's recorded snapshots of AWS, tests/aws/services/lambda_/test_lambda_api.snapshot.json.
    private static func check(_ text: String, _ qualifier: String?) throws(AWSError) {
        guard text.utf8.count <= 170, qualifier.map(isQualifierText) ?? true else {
            var violations = ConstraintViolations()
            violations.require(text, atMost: 170, at: "functionName")
            if let qualifier {
                violations.require(qualifier, atMost: 128, at: "qualifier")
                violations.require(
                    isQualifierText(String(qualifier.prefix(128))), qualifier, at: "qualifier",
                    "Member must satisfy regular expression pattern: (|[a-zA-Z0-9$_-]+)")
            }
            return try violations.check()
        }
    }

    private static func isQualifierText(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                $0.isASCIILetterOrDigit || $0 == UInt8(ascii: "$") || $0 == UInt8(ascii: "-")
                    || $0 == UInt8(ascii: "_")
            }
    }

    /// What a function that is to be made may be called.
    static func noteViolations(ofNew name: String, in violations: inout ConstraintViolations) {
        violations.require(
            !name.isEmpty && name.utf8.allSatisfy(isNewNameCharacter), name, at: "functionName", newConstraint)
        violations.require(name, atMost: 64, at: "functionName")
    }

    private static func isNewNameCharacter(_ byte: UInt8) -> Bool {
        byte.isASCIILetterOrDigit || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }

    private static let newConstraint = constraint.replacing("[a-zA-Z0-9-_\\.]+", with: "[a-zA-Z0-9-_]+")

    static func isValidName(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy {
                $0.isASCIILetterOrDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
                    || $0 == UInt8(ascii: ".")
            }
    }

    static func isValidQualifier(_ qualifier: String) -> Bool {
        qualifier == "$LATEST"
            || (1...128).contains(qualifier.utf8.count)
                && qualifier.utf8.allSatisfy {
                    $0.isASCIILetterOrDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
                }
    }

    private static func malformed(_ text: String) -> AWSError {
        .validation(text, at: "functionName", constraint)
    }
}
