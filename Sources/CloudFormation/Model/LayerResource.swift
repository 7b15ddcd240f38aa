// SPDX-License-Identifier: Apache-2.0

/// A layer version: `AWS::Serverless::LayerVersion` or `AWS::Lambda::LayerVersion`; it is version 1 of its layer.
public struct LayerResource: Sendable, Equatable, Encodable {
    /// The resource's name in the template.
    public var logicalID: String
    /// `LayerName`; a layer without one is called like its logical id.
    public var layerName: String
    /// `Description`; empty without one.
    public var description: String
    /// Where the layer's files come from.
    public var code: FunctionResource.Code
    /// `CompatibleRuntimes`.
    public var compatibleRuntimes: [String]
    /// `CompatibleArchitectures`.
    public var compatibleArchitectures: [String]
    /// `LicenseInfo`.
    public var licenseInfo: String?
}
