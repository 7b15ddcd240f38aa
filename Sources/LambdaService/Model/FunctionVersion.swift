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
    /// What the function is called in the lineage of its invocations.
    let lineage: UInt32

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
        lineage = Lineage.hash(of: functionARN)
    }

    /// The function's name.
    public var name: String { configuration.name }
    /// The function's ARN with the version.
    public var qualifiedARN: String { "\(functionARN):\(version)" }
    var timeoutNanoseconds: Int64 { Int64(configuration.timeoutSeconds) * 1_000_000_000 }
}

/// What a caller's name for a function leads to.
package struct FunctionResolution: Sendable {
    package var version: FunctionVersion
    /// The ARN as the caller qualified it: what the function sees as its invoked ARN.
    package var invokedARN: String
}
