// SPDX-License-Identifier: Apache-2.0

/// What becomes of a function's asynchronous events: `AWS::Lambda::EventInvokeConfig`, or the `EventInvokeConfig` of a
/// serverless function.
public struct EventInvokeConfigResource: Sendable, Equatable, Encodable {
    /// Of the resource, or of the function that it stands in.
    public var logicalID: String
    /// The function's name or ARN.
    public var function: String
    /// A version, an alias, or `$LATEST`.
    public var qualifier: String
    /// From 0 to 2; nil for 2.
    public var maximumRetryAttempts: Int?
    /// From 60 to 21,600; nil for the longest.
    public var maximumEventAgeSeconds: Int?
    /// The ARN of what gets a record of each event that succeeded.
    public var onSuccess: String?
    /// The ARN of what gets a record of each event that was given up.
    public var onFailure: String?
}
