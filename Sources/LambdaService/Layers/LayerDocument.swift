// SPDX-License-Identifier: Apache-2.0
import AWSWire

extension LayerRegistry {
    /// What GetLayerVersion answers.
    ///
    /// - Parameter location: where the layer's zip file can be had.
    func document(_ version: LayerVersion, location: String) -> [UInt8] {
        var content = JSONObjectWriter()
        content.add("Location", location)
        content.add("CodeSha256", version.code.sha256)
        content.add("CodeSize", version.code.size)
        var json = JSONObjectWriter()
        json.add("Content", json: content.finish())
        json.add("LayerArn", arn(of: version.name))
        add(version, to: &json)
        return json.finish()
    }

    /// One of what ListLayerVersions answers.
    func listed(_ version: LayerVersion) -> [UInt8] {
        var json = JSONObjectWriter()
        add(version, to: &json)
        return json.finish()
    }

    /// One of what ListLayers answers.
    func listed(layerOf version: LayerVersion) -> [UInt8] {
        var json = JSONObjectWriter()
        json.add("LayerName", version.name)
        json.add("LayerArn", arn(of: version.name))
        json.add("LatestMatchingVersion", json: listed(version))
        return json.finish()
    }

    private func add(_ version: LayerVersion, to json: inout JSONObjectWriter) {
        json.add("LayerVersionArn", arn(of: version))
        json.add("Description", version.description)
        json.add("CreatedDate", "\(ISO8601.format(version.created).dropLast())+0000")
        json.add("Version", version.number)
        json.add("CompatibleRuntimes", version.compatibleRuntimes)
        json.add("CompatibleArchitectures", version.compatibleArchitectures)
        if let license = version.licenseInfo { json.add("LicenseInfo", license) }
    }
}

extension JSONObjectWriter {
    /// Adds a list of plain words, unless it is empty.
    fileprivate mutating func add(_ name: String, _ words: [String]) {
        guard !words.isEmpty else { return }
        add(name, json: "[\(words.map { "\"\($0)\"" }.joined(separator: ","))]".utf8)
    }
}
