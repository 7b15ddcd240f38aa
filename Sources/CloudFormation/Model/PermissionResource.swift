// SPDX-License-Identifier: Apache-2.0

/// Who may do what with a function: `AWS::Lambda::Permission`, or what the event of a serverless function implies.
public struct PermissionResource: Sendable, Equatable, Encodable {
    /// The resource's name in the template.
    public var logicalID: String
    /// Names the permission in the function's policy; generated.
    public var statementID: String
    /// An ARN, with a version or an alias where the permission is for that alone.
    public var functionName: String
    /// `lambda:InvokeFunction`, mostly.
    public var action: String
    /// A service, an account, the ARN of an IAM principal, or `*`.
    public var principal: String
    /// What the ARN of the resource must be like that a service calls for.
    public var sourceARN: String?
    /// The account that this resource must belong to.
    public var sourceAccount: String?
    /// What the caller must bring along.
    public var eventSourceToken: String?
    /// The organization that the caller's account must belong to.
    public var principalOrgID: String?
    /// `NONE` or `AWS_IAM`.
    public var functionURLAuthType: String?
    /// Whether the function must be invoked through its URL.
    public var invokedViaFunctionURL: Bool?

    /// Whether it is a permission for a function, or for a version or an alias of it.
    public func isAbout(_ function: FunctionResource) -> Bool {
        functionName == function.arn || functionName.hasPrefix("\(function.arn):")
    }
}
