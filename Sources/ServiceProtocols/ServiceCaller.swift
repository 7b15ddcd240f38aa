// SPDX-License-Identifier: Apache-2.0

/// A service that calls a function because of one of its resources: what the function's resource policy must allow.
public struct ServiceCaller: Sendable, Equatable {
    /// The service's principal, `s3.amazonaws.com` say.
    public var principal: String
    /// The ARN of the bucket, the topic or the route, which conditions on `AWS:SourceArn` are compared with.
    public var sourceARN: String
    /// The account that the source belongs to: twelve digits.
    public var sourceAccount: String

    /// A service that calls for a resource of an account.
    public init(principal: String, sourceARN: String, sourceAccount: String) {
        self.principal = principal
        self.sourceARN = sourceARN
        self.sourceAccount = sourceAccount
    }
}
