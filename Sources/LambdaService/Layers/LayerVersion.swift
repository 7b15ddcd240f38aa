// SPDX-License-Identifier: Apache-2.0

/// One version of a layer, which never changes (https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html).
public struct LayerVersion: Sendable, Equatable, Codable {
    /// The layer's name, without any ARN.
    public var name: String
    /// Counted from 1 in each layer, and never used twice.
    var number: Int
    /// Free text.
    public var description: String
    /// The runtimes that it is said to be for; it is not refused to others.
    public var compatibleRuntimes: [String]
    /// The processors that it is said to be for.
    public var compatibleArchitectures: [String]
    /// A licence, in whatever form.
    public var licenseInfo: String?
    /// Its files: what `/opt` has of it.
    public var code: FunctionCode
    /// Milliseconds since 1970.
    var created: Int64
    /// Whether a template made it, which makes it anew at each start.
    var isOfTemplate = false

    /// A version of a layer; its number is given when it is published.
    public init(
        name: String, description: String = "", compatibleRuntimes: [String] = [],
        compatibleArchitectures: [String] = [], licenseInfo: String? = nil, code: FunctionCode
    ) {
        self.name = name
        number = 0
        self.description = description
        self.compatibleRuntimes = compatibleRuntimes
        self.compatibleArchitectures = compatibleArchitectures
        self.licenseInfo = licenseInfo
        self.code = code
        created = 0
    }
}

/// A layer version that a function uses; it goes on using it when the version has been deleted.
public struct FunctionLayer: Sendable, Equatable, Codable {
    /// The ARN with the version.
    public var arn: String
    /// Bytes of its zip file.
    public var size: Int
    /// Bytes of its files.
    public var unzippedSize: Int
    /// Where its files are.
    var folder: String
    /// What tells its files from others.
    var sha256: String
}
