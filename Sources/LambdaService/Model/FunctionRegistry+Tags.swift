// SPDX-License-Identifier: Apache-2.0
package import AWSWire

/// Tags of functions (https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html).
///
/// Wording: LocalStack's recorded snapshots of AWS, tests/aws/services/lambda_/test_lambda_api.snapshot.json; that for
/// the prefix `aws:` is what AWS's services have in common.
extension FunctionRegistry {
    /// Adds tags, in place of those of the same keys.
    ///
    /// - Throws: the error that TagResource answers with.
    package mutating func tag(_ name: String, with tags: [String: String]) throws(AWSError) {
        let all = try function(name).tags.merging(tags) { $1 }
        try Self.check(tags: all)
        setTags(all, of: name)
    }

    /// Removes the tags of some keys, whether there are any or not.
    ///
    /// - Throws: the error that UntagResource answers with.
    package mutating func untag(_ name: String, keys: [String]) throws(AWSError) {
        let left = try function(name).tags.filter { !keys.contains($0.key) }
        setTags(left, of: name)
    }

    private mutating func setTags(_ tags: [String: String], of name: String) {
        let revision = makeRevisionID()
        change(name) { function in
            guard let latest = function?.latest else { return }
            function?.tags = tags
            function?.latest = latest.renamed(revisionID: revision)
        }
    }

    /// - Throws: the error that CreateFunction and TagResource answer with.
    static func check(tags: [String: String]) throws(AWSError) {
        var violations = ConstraintViolations()
        let printed = tags.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
        violations.require(
            tags.keys.allSatisfy { (1...128).contains($0.utf16.count) && isTagText($0) }, "{\(printed)}", at: "tags",
            "Map keys must satisfy constraint: [\(constraint(1...128))]")
        violations.require(
            tags.values.allSatisfy { $0.utf16.count <= 256 && isTagText($0) }, "{\(printed)}", at: "tags",
            "Map value must satisfy constraint: [\(constraint(0...256))]")
        try violations.check()
        guard tags.count <= LambdaLimits.tags else {
            throw .invalidParameter("Number of tags exceeds resource tag limit.")
        }
        guard !tags.keys.contains(where: { $0.lowercased().hasPrefix("aws:") }) else {
            throw .invalidParameter("aws: prefixed tag key names are not allowed for external use.")
        }
    }

    private static func constraint(_ length: ClosedRange<Int>) -> String {
        "Member must have length less than or equal to \(length.upperBound), Member must have length greater than or "
            + "equal to \(length.lowerBound), Member must satisfy regular expression pattern: "
            + "([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*), Member must not be null"
    }

    /// Letters, separators, numbers, and a few signs.
    private static func isTagText(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
                .spaceSeparator, .lineSeparator, .paragraphSeparator, .decimalNumber, .letterNumber, .otherNumber:
                true
            default: "_.:/=+-@".unicodeScalars.contains(scalar)
            }
        }
    }
}
