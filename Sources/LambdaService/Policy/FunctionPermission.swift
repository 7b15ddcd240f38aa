// SPDX-License-Identifier: Apache-2.0

/// Who may do what with a function: what AddPermission and `AWS::Lambda::Permission` say.
///
/// https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
public struct FunctionPermission: Sendable, Equatable, Codable {
    /// Names the permission within its policy: up to 100 letters, digits, hyphens and underscores.
    public var statementID: String
    /// `lambda:InvokeFunction` and the like; `lambda:*` or `*` for all.
    public var action: String
    /// A service, twelve digits of an account, the ARN of an IAM principal, or `*`.
    public var principal: String
    /// What the ARN of the resource must be like that a service calls for.
    public var sourceARN: String?
    /// The account that this resource must belong to.
    public var sourceAccount: String?
    /// What the caller must bring along (Alexa).
    public var eventSourceToken: String?
    /// The organization that the caller's account must belong to.
    public var principalOrgID: String?
    /// `NONE` or `AWS_IAM`: how the function URL must authorize.
    public var functionURLAuthType: String?
    /// Whether the function must be invoked through its URL.
    public var invokedViaFunctionURL: Bool?

    /// A permission for a principal; without conditions unless some are set.
    public init(statementID: String, action: String, principal: String) {
        self.statementID = statementID
        self.action = action
        self.principal = principal
    }
}
