// SPDX-License-Identifier: Apache-2.0
import AWSWire

/// What AddPermission is asked for.
struct AddPermissionRequest: Decodable {
    var StatementId: String
    var Action: String
    var Principal: String
    var SourceArn: String?
    var SourceAccount: String?
    var EventSourceToken: String?
    var PrincipalOrgID: String?
    var FunctionUrlAuthType: String?
    var InvokedViaFunctionUrl: Bool?
    var RevisionId: String?

    var permission: FunctionPermission {
        var permission = FunctionPermission(statementID: StatementId, action: Action, principal: Principal)
        permission.sourceARN = SourceArn
        permission.sourceAccount = SourceAccount
        permission.eventSourceToken = EventSourceToken
        permission.principalOrgID = PrincipalOrgID
        permission.functionURLAuthType = FunctionUrlAuthType
        permission.invokedViaFunctionURL = InvokedViaFunctionUrl
        return permission
    }
}

extension FunctionPermission {
    /// Checks the form of each member.
    ///
    /// Patterns: botocore, lambda/2015-03-31, AddPermissionRequest.
    ///
    /// - Throws: `ValidationException` for the first that is wrong; `InvalidParameterValueException` for members that
    ///   do not go together.
    func validate() throws(AWSError) {
        try require(
            (1...100).contains(statementID.utf8.count)
                && statementID.utf8.allSatisfy { $0.isASCIILetterOrDigit || $0 == 45 || $0 == 95 },
            statementID, at: "statementId", pattern: "([a-zA-Z0-9-_]+)")
        try require(Self.isAction(action), action, at: "action", pattern: "(lambda:[*]|lambda:[a-zA-Z]+|[*])")
        try require(
            !principal.isEmpty && !principal.contains(where: \.isWhitespace), principal, at: "principal",
            pattern: "[^\\s]+")
        if let sourceARN {
            try require(
                Self.isARN(sourceARN), sourceARN, at: "sourceArn",
                pattern:
                    "arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-])+:((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1})?"
                    + ":(\\d{12})?:(.*)")
        }
        if let sourceAccount {
            try require(Self.isAccount(sourceAccount), sourceAccount, at: "sourceAccount", pattern: "\\d{12}")
        }
        if let type = functionURLAuthType {
            guard ["NONE", "AWS_IAM"].contains(type) else {
                throw .validation(
                    type, at: "functionUrlAuthType", "Member must satisfy enum value set: [NONE, AWS_IAM]")
            }
            guard action.lowercased() == "lambda:invokefunctionurl" else {
                throw .invalidParameter("FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action")
            }
        }
    }

    private func require(
        _ isMet: Bool, _ value: String, at member: String, pattern: String
    ) throws(AWSError) {
        guard isMet else {
            throw .validation(value, at: member, "Member must satisfy regular expression pattern: \(pattern)")
        }
    }

    private static func isAction(_ text: String) -> Bool {
        guard text != "*" else { return true }
        guard text.hasPrefix("lambda:") else { return false }
        let name = text.dropFirst(7)
        return name == "*"
            || (!name.isEmpty && name.utf8.allSatisfy { $0.isASCIILetterOrDigit && !(48...57).contains($0) })
    }

    /// Only the resource may hold wildcards.
    private static func isARN(_ text: String) -> Bool {
        guard let arn = ARN(text), arn.partition.hasPrefix("aws") else { return false }
        let isRegion =
            arn.region.isEmpty
            || arn.region.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
        return isRegion && arn.service.utf8.allSatisfy { $0.isASCIILetterOrDigit || $0 == 45 }
            && (arn.account.isEmpty || isAccount(arn.account))
    }

    private static func isAccount(_ text: String) -> Bool {
        text.utf8.count == 12 && text.utf8.allSatisfy { (48...57).contains($0) }
    }
}
