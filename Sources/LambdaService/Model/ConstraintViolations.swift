// SPDX-License-Identifier: Apache-2.0
import AWSWire

/// The constraints that the members of one request violate: AWS tells all of them at once.
///
/// Wording: LocalStack's recorded snapshots of AWS, tests/aws/services/lambda_/test_lambda_api.snapshot.json.
struct ConstraintViolations {
    private var found: [String] = []

    /// Notes a value that is not what it must be.
    ///
    /// - Parameters:
    ///   - isMet: whether it is.
    ///   - value: as AWS prints it: `r1`, `[X86_64]`.
    ///   - member: `role`, `environment.variables`.
    ///   - constraint: `Member must have length less than or equal to 256`.
    mutating func require(
        _ isMet: Bool, _ value: @autoclosure () -> String, at member: String, _ constraint: @autoclosure () -> String
    ) {
        if !isMet { found.append(AWSError.violation("'\(value())'", at: member, constraint())) }
    }

    /// Notes a required member that is missing.
    mutating func requirePresence(_ isThere: Bool, of member: String) {
        if !isThere { found.append(AWSError.violation("null", at: member, "Member must not be null")) }
    }

    /// Notes a number outside of its bounds.
    mutating func require(_ number: Int, in range: ClosedRange<Int>, at member: String) {
        let bound =
            number < range.lowerBound
            ? "greater than or equal to \(range.lowerBound)" : "less than or equal to \(range.upperBound)"
        require(range.contains(number), "\(number)", at: member, "Member must have value \(bound)")
    }

    /// Notes a text that is too long.
    mutating func require(_ text: String, atMost length: Int, at member: String) {
        // AWS counts UTF-16 units.
        require(
            text.utf16.count <= length, text, at: member, "Member must have length less than or equal to \(length)")
    }

    /// Notes a text that is none of those allowed.
    mutating func require(_ text: String, oneOf allowed: [String], at member: String) {
        require(
            allowed.contains(text), text, at: member,
            "Member must satisfy enum value set: [\(allowed.joined(separator: ", "))]")
    }

    /// - Throws: ``error`` when there is anything to tell.
    func check() throws(AWSError) {
        if !found.isEmpty { throw error }
    }

    /// `ValidationException` with all that was noted.
    var error: AWSError {
        AWSError(
            "ValidationException",
            "\(found.count) validation error\(found.count == 1 ? "" : "s") detected: "
                + found.joined(separator: "; "), status: 400)
    }
}

extension AWSError {
    /// - Parameter value: in quotes, or `null`.
    fileprivate static func violation(_ value: String, at member: String, _ constraint: String) -> String {
        "Value \(value) at '\(member)' failed to satisfy constraint: \(constraint)"
    }
}
