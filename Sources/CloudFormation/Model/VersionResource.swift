// SPDX-License-Identifier: Apache-2.0

/// A version that is published at deployment: `AWS::Lambda::Version`, or what `AutoPublishAlias` asks for.
public struct VersionResource: Sendable, Equatable, Encodable {
    /// The resource's name in the template; the function's, for one that the template does not name.
    public var logicalID: String
    /// The function's name.
    public var functionName: String
    /// `Description`; empty without one.
    public var description: String
    /// `ProvisionedConcurrencyConfig`: how many environments the version keeps ready.
    public var provisionedConcurrency: Int?
}
