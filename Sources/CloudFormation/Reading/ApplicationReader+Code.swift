// SPDX-License-Identifier: Apache-2.0

// Where executables come from.
extension ApplicationReader {
    /// What `"Metadata": {"Martlet": …}` of a resource says.
    ///
    /// It is read for functions and for models; AWS passes it by.
    mutating func metadata(of resource: Template.Resource, _ keys: Set<String>) throws(Fault) -> Fields? {
        guard let metadata = resource.metadata, let node = metadata.node["Martlet"] else { return nil }
        return try fields(
            Located(node: node, path: metadata.path.member("Martlet")), PropertyTable(executed: keys))
    }

    /// A product that stands for a function's package, whatever its code property says.
    mutating func swiftProduct(of resource: Template.Resource) throws(Fault) -> FunctionResource.Code? {
        guard let metadata = try metadata(of: resource, ["SwiftProduct"]) else { return nil }
        return .swiftProduct(try metadata.requiredText("SwiftProduct"))
    }

    /// Where the files of an asset lie, as `cdk synth` notes it beside what names their place in a bucket.
    /// https://docs.aws.amazon.com/cdk/v2/guide/assets.html
    private func asset(of resource: Template.Resource, for property: String) -> Located? {
        guard let metadata = resource.metadata, metadata.node["aws:asset:property"]?.scalar == property,
            let path = metadata.node["aws:asset:path"]
        else { return nil }
        return Located(node: path, path: metadata.path.member("aws:asset:path"))
    }

    /// `CodeUri`: a path, an `s3://` address, or an object with `Bucket` and `Key`.
    mutating func serverlessCode(_ value: Located) throws(Fault) -> FunctionResource.Code {
        guard value.node.members == nil else {
            let table = PropertyTable(
                executed: ["Bucket", "Key"], rejected: ["Version": "objects have no versions here"])
            let fields = try self.fields(value, table)
            return .s3(bucket: try fields.requiredText("Bucket"), key: try fields.requiredText("Key"))
        }
        return try code(at: value)
    }

    /// `Code`: an object with `S3Bucket` and `S3Key`, or a path, which `aws cloudformation package` takes too.
    mutating func plainCode(
        _ property: String, _ fields: Fields, of resource: Template.Resource
    ) throws(Fault) -> FunctionResource.Code {
        if let asset = asset(of: resource, for: property) { return try code(at: asset) }
        let value = try fields.required(property)
        guard value.node.members != nil else { return try code(at: value) }
        let table = PropertyTable(
            executed: ["S3Bucket", "S3Key"], ignored: ["SourceKMSKeyArn"],
            rejected: [
                "S3ObjectVersion": "objects have no versions here",
                "ZipFile": "a bootstrap is an executable, it cannot stand in the template",
                "ImageUri": "functions come as folders and zip files, not as container images",
            ])
        let fields = try self.fields(value, table)
        return .s3(bucket: try fields.requiredText("S3Bucket"), key: try fields.requiredText("S3Key"))
    }

    private func code(at value: Located) throws(Fault) -> FunctionResource.Code {
        let path = try value.asText()
        guard path.hasPrefix("s3://") else { return path.hasSuffix(".zip") ? .zip(path) : .folder(path) }
        let parts = path.dropFirst(5).split(separator: "/", maxSplits: 1)
        guard parts.count == 2 else { throw value.fault("expected s3://BUCKET/KEY, found \(path)") }
        return .s3(bucket: String(parts[0]), key: String(parts[1]))
    }
}
