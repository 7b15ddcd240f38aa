// SPDX-License-Identifier: Apache-2.0
import AWSWire

/// One statement of a resource policy: a permission, for the function, version or alias that it was added to.
struct PolicyStatement: Sendable, Equatable {
    enum Principal: Sendable, Equatable {
        case service(String)
        /// The ARN of an account's root, a user or a role.
        case identity(String)
        case anyone
    }

    let permission: FunctionPermission
    let principal: Principal
    /// The ARN as the permission was added to it: with the version or the alias, or without.
    let resource: String
    private let source: ARNPattern?

    /// - Throws: the error that AddPermission answers with.
    init(_ permission: FunctionPermission, on resource: String) throws(AWSError) {
        self.permission = permission
        self.resource = resource
        principal = try Principal(permission.principal)
        source = permission.sourceARN.map { ARNPattern($0) }
    }

    var id: String { permission.statementID }

    /// Whether the statement lets somebody do something with a resource.
    func allows(_ action: String, on resource: String, in context: PolicyContext) -> Bool {
        resource == self.resource && covers(action) && covers(context.service) && isMet(by: context)
    }

    /// Actions are compared without regard to case (IAM User Guide, "IAM JSON policy elements: Action").
    private func covers(_ action: String) -> Bool {
        switch permission.action {
        case "*", "lambda:*": true
        default: permission.action.lowercased() == action.lowercased()
        }
    }

    private func covers(_ service: String?) -> Bool {
        switch principal {
        case .anyone: true
        case .service(let name): name == service
        // Identities of this account need no permission, and nobody of another one calls.
        case .identity: false
        }
    }

    /// All conditions must hold; one about what a caller has not is not met.
    private func isMet(by context: PolicyContext) -> Bool {
        guard permission.eventSourceToken == nil, permission.principalOrgID == nil else { return false }
        if let account = permission.sourceAccount, account != context.sourceAccount { return false }
        if let type = permission.functionURLAuthType, type != context.functionURLAuthType { return false }
        if let viaURL = permission.invokedViaFunctionURL, viaURL != (context.functionURLAuthType != nil) {
            return false
        }
        guard let source else { return true }
        return context.sourceARN.map(source.matches) ?? false
    }
}

extension PolicyStatement.Principal {
    /// Reads a principal as AddPermission takes it.
    ///
    /// - Throws: the error that it answers with for what is none. Whether a user or a role is there is not known here.
    init(_ text: String) throws(AWSError) {
        if text == "*" {
            self = .anyone
        } else if text.hasSuffix(".amazonaws.com"), text.utf8.allSatisfy(\.isHostNameByte), !text.hasPrefix(".") {
            self = .service(text)
        } else if text.utf8.count == 12, text.utf8.allSatisfy({ (48...57).contains($0) }) {
            self = .identity("arn:aws:iam::\(text):root")
        } else if let arn = ARN(text), arn.service == "iam" || arn.service == "sts" {
            self = .identity(text)
        } else {
            throw .invalidParameter(
                "The provided principal was invalid. Please check the principal and try again.")
        }
    }
}

extension UInt8 {
    fileprivate var isHostNameByte: Bool {
        isASCIILetterOrDigit || self == UInt8(ascii: ".") || self == UInt8(ascii: "-")
    }
}

/// Who asks, and under what circumstances: what the conditions of statements are compared with.
struct PolicyContext: Sendable, Equatable {
    /// A service's principal; nil for somebody who has not said who they are.
    var service: String?
    var sourceARN: String?
    var sourceAccount: String?
    /// `NONE` or `AWS_IAM` for who comes through the function's URL.
    var functionURLAuthType: String?
}
