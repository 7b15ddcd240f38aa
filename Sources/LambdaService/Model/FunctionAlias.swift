// SPDX-License-Identifier: Apache-2.0

/// What an alias points to: one version, or two that share the calls.
public struct FunctionAlias: Sendable, Equatable, Codable {
    /// A second version and the share of calls that it gets, from 0 to 1.
    public struct AdditionalVersion: Sendable, Equatable, Codable {
        /// Its number.
        public var version: String
        /// From 0 to 1.
        public var weight: Double

        /// A version with its share.
        public init(version: String, weight: Double) {
            self.version = version
            self.weight = weight
        }
    }

    /// The alias's own name.
    public var name: String
    /// The version that gets the calls, or most of them.
    public var version: String
    /// Free text.
    public var description: String
    /// The second version; nil when the first gets all calls.
    public var additional: AdditionalVersion?
    var revisionID: String

    /// The version that one call goes to.
    ///
    /// Each call is drawn anew (https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html).
    ///
    /// - Parameter draw: a number from 0 up to, not including, 1.
    func route(draw: () -> Double) -> String {
        guard let additional, draw() < additional.weight else { return version }
        return additional.version
    }
}
