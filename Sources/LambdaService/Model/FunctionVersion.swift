// SPDX-License-Identifier: Apache-2.0

/// One revision of a function: what `$LATEST` is between two updates, or a published version.
///
/// It never changes.
public final class FunctionVersion: Sendable {
    /// Tells revisions apart, also those of `$LATEST`; never used twice.
    let id: Int
    /// Tells functions apart, also one from another that had its name before; never used twice.
    let functionID: Int
    /// `$LATEST` or a number.
    public let version: String
    /// How it is run.
    public let configuration: FunctionConfiguration
    /// The function's ARN, without a qualifier.
    public let functionARN: String
    /// Milliseconds since 1970.
    let modified: Int64
    let revisionID: String

    init(
        id: Int, functionID: Int, version: String, configuration: FunctionConfiguration, functionARN: String,
        modified: Int64, revisionID: String
    ) {
        self.id = id
        self.functionID = functionID
        self.version = version
        self.configuration = configuration
        self.functionARN = functionARN
        self.modified = modified
        self.revisionID = revisionID
    }

    /// The function's name.
    public var name: String { configuration.name }
    /// The function's ARN with the version.
    public var qualifiedARN: String { "\(functionARN):\(version)" }
    var timeoutNanoseconds: Int64 { Int64(configuration.timeoutSeconds) * 1_000_000_000 }
}

/// What an alias points to: one version, or two that share the calls.
public struct FunctionAlias: Sendable, Equatable {
    /// The alias's own name.
    public var name: String
    /// The version that gets the calls, or most of them.
    public var version: String
    /// Free text.
    public var description: String
    /// The second version and the share of calls that it gets, from 0 to 1.
    public var additional: (version: String, weight: Double)?
    var revisionID: String

    /// Whether all parts are equal.
    public static func == (left: FunctionAlias, right: FunctionAlias) -> Bool {
        left.name == right.name && left.version == right.version && left.description == right.description
            && left.additional?.version == right.additional?.version
            && left.additional?.weight == right.additional?.weight && left.revisionID == right.revisionID
    }

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

/// What a caller's name for a function leads to.
package struct FunctionResolution: Sendable {
    package var version: FunctionVersion
    /// The ARN as the caller qualified it: what the function sees as its invoked ARN.
    package var invokedARN: String
}
