// SPDX-License-Identifier: Apache-2.0

/// A name for versions: `AWS::Lambda::Alias`, or what `AutoPublishAlias` asks for.
public struct AliasResource: Sendable, Equatable, Encodable {
    /// The resource's name in the template; the function's, for one that the template does not name.
    public var logicalID: String
    /// The function's name.
    public var functionName: String
    /// `Name`.
    public var name: String
    /// `Description`; empty without one.
    public var description: String
    /// The version that gets what no other gets.
    public var version: String
    /// Which share of the invocations other versions get, from 0 to 1.
    public var additionalWeights: [String: Double]
    /// `ProvisionedConcurrencyConfig`: how many environments the alias keeps ready.
    public var provisionedConcurrency: Int?
}
