// SPDX-License-Identifier: Apache-2.0
import AWSWire

/// The layers of one account and region.
///
/// Pure. Wording: LocalStack's recorded snapshots of AWS, tests/aws/services/lambda_/test_lambda_api.snapshot.json.
struct LayerRegistry {
    struct Layer: Codable {
        /// In the order of their numbers.
        var versions: [LayerVersion] = []
        var lastNumber = 0
    }

    let account: String
    let region: String
    private(set) var layers: [String: Layer] = [:]
    /// The layers that have changed since somebody took note of it.
    var changed: Set<String> = []

    init(account: String, region: String) {
        self.account = account
        self.region = region
    }

    func arn(of name: String) -> String { "arn:aws:lambda:\(region):\(account):layer:\(name)" }

    func arn(of version: LayerVersion) -> String { "\(arn(of: version.name)):\(version.number)" }

    /// Adds a version to a layer, which is made when it is not there.
    ///
    /// - Parameter now: milliseconds since 1970.
    mutating func publish(_ version: LayerVersion, now: Int64) -> LayerVersion {
        var layer = layers[version.name] ?? Layer()
        layer.lastNumber += 1
        var version = version
        version.number = layer.lastNumber
        version.created = now
        layer.versions.append(version)
        layers[version.name] = layer
        changed.insert(version.name)
        return version
    }

    /// Makes version 1 of a layer what a template says.
    mutating func provide(_ version: LayerVersion, now: Int64) -> LayerVersion {
        var version = version
        version.number = 1
        version.created = now
        version.isOfTemplate = true
        var layer = layers[version.name] ?? Layer()
        layer.versions = [version] + layer.versions.filter { $0.number != 1 }
        layer.lastNumber = max(1, layer.lastNumber)
        layers[version.name] = layer
        return version
    }

    /// Brings back a layer as it was; versions that are there already win.
    mutating func restore(_ stored: Layer, name: String) {
        let present = layers[name] ?? Layer()
        let taken = Set(present.versions.map(\.number))
        layers[name] = Layer(
            versions: (present.versions + stored.versions.filter { !taken.contains($0.number) })
                .sorted { $0.number < $1.number },
            lastNumber: max(present.lastNumber, stored.lastNumber))
    }

    /// One version.
    ///
    /// - Throws: the error that GetLayerVersion answers with.
    func version(_ number: Int, of name: LayerName) throws(AWSError) -> LayerVersion {
        guard number >= 1 else { throw .invalidParameter("Layer Version Cannot be less than 1") }
        guard isHere(name), let found = layers[name.name]?.versions.first(where: { $0.number == number }) else {
            throw .resourceNotFound("The resource you requested does not exist.")
        }
        return found
    }

    /// Removes a version; one that is not there is gone already.
    ///
    /// - Throws: the error that DeleteLayerVersion answers with.
    mutating func delete(_ number: Int, of name: LayerName) throws(AWSError) {
        guard number >= 1 else { throw .invalidParameter("Layer Version Cannot be less than 1") }
        guard isHere(name), layers[name.name] != nil else { return }
        layers[name.name]?.versions.removeAll { $0.number == number }
        changed.insert(name.name)
    }

    private func isHere(_ name: LayerName) -> Bool {
        (name.region ?? region) == region && (name.account ?? account) == account
    }

    // MARK: Functions' layers

    /// What a function's `Layers` name, in their order.
    ///
    /// - Parameter kept: what the function has of layers already: that may be named though its version is deleted.
    /// - Throws: the error that CreateFunction answers with.
    func resolve(_ arns: [String], kept: [FunctionLayer] = []) throws(AWSError) -> [FunctionLayer] {
        guard arns.count <= LambdaLimits.layers else { throw .invalidParameter("Cannot reference more than 5 layers.") }
        var found: [FunctionLayer] = []
        var seen: [String: String] = [:]
        for arn in arns {
            let (layer, name) = try resolve(arn, kept)
            if let other = seen[name] {
                throw .invalidParameter(
                    "Two different versions of the same layer are not allowed to be referenced in the same function. "
                        + "\(other) and \(arn) are versions of the same layer.")
            }
            seen[name] = arn
            found.append(layer)
        }
        // Wording: AWS's, as users report it (https://github.com/serverless/serverless/issues/6211 and the like).
        guard found.reduce(0, { $0 + $1.unzippedSize }) < LambdaLimits.unzippedCode else {
            throw .invalidParameter("Layers consume more than the available size of \(LambdaLimits.unzippedCode) bytes")
        }
        return found
    }

    private func resolve(
        _ arn: String, _ kept: [FunctionLayer]
    ) throws(AWSError) -> (layer: FunctionLayer, name: String) {
        guard let name = LayerName(versionARN: arn), let number = name.number else {
            var violations = ConstraintViolations()
            violations.require(
                false, "[\(arn)]", at: "layers",
                "Member must satisfy constraint: [Member must have length less than or equal to 2048, Member must have "
                    + "length greater than or equal to 1, Member must satisfy regular expression pattern: "
                    + "\(LayerName.versionPattern), Member must not be null]")
            throw violations.error
        }
        guard name.account == account else {
            throw AWSError(
                "AccessDeniedException",
                "User: arn:aws:iam::\(account):root is not authorized to perform: lambda:GetLayerVersion on resource: "
                    + "\(arn) because no resource-based policy allows the lambda:GetLayerVersion action",
                status: 403)
        }
        guard name.region == region else {
            throw .invalidParameter(
                "Layers are not in the same region as the function. Layers are expected to be in region \(region).")
        }
        if let version = layers[name.name]?.versions.first(where: { $0.number == number }) {
            let layer = FunctionLayer(
                arn: arn, size: version.code.size, unzippedSize: version.code.unzippedSize,
                folder: version.code.folder, sha256: version.code.sha256)
            return (layer, name.name)
        }
        guard let layer = kept.first(where: { $0.arn == arn }) else {
            throw .invalidParameter("Layer version \(arn) does not exist.")
        }
        return (layer, name.name)
    }
}
