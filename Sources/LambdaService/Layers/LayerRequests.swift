// SPDX-License-Identifier: Apache-2.0
import AWSWire

/// What PublishLayerVersion is asked for.
struct PublishLayerVersionRequest: Decodable {
    var Content: CodeMembers?
    var Description: String?
    var CompatibleRuntimes: [String]?
    var CompatibleArchitectures: [String]?
    var LicenseInfo: String?

    /// - Throws: `ValidationException` with all that is not as it must be (botocore, lambda/2015-03-31).
    func check() throws(AWSError) {
        var violations = ConstraintViolations()
        violations.requirePresence(Content != nil, of: "content")
        if let Description { violations.require(Description, atMost: LambdaLimits.description, at: "description") }
        if let LicenseInfo { violations.require(LicenseInfo, atMost: 512, at: "licenseInfo") }
        if let CompatibleRuntimes {
            violations.require(CompatibleRuntimes, allOf: LayerRuntimes.all, atMost: 15, at: "compatibleRuntimes")
        }
        if let CompatibleArchitectures {
            violations.require(
                CompatibleArchitectures, allOf: Architecture.all, atMost: 2, at: "compatibleArchitectures")
        }
        try violations.check()
    }
}

/// What ListLayers and ListLayerVersions leave out.
struct LayerFilter {
    var runtime: String?
    var architecture: String?

    /// - Throws: the error for what is no runtime or no architecture.
    init(_ query: QueryString) throws(AWSError) {
        runtime = query["CompatibleRuntime"]
        architecture = query["CompatibleArchitecture"]
        var violations = ConstraintViolations()
        if let architecture {
            violations.require(architecture, oneOf: Architecture.all, at: "compatibleArchitecture")
        }
        if let runtime { violations.require(runtime, oneOf: LayerRuntimes.all, at: "compatibleRuntime") }
        try violations.check()
    }

    func includes(_ version: LayerVersion) -> Bool {
        (runtime.map(version.compatibleRuntimes.contains) ?? true)
            && (architecture.map(version.compatibleArchitectures.contains) ?? true)
    }
}

/// The runtimes that a layer may be said to be for (botocore, lambda/2015-03-31: Runtime).
enum LayerRuntimes {
    static let all = [
        "nodejs", "nodejs4.3", "nodejs6.10", "nodejs8.10", "nodejs10.x", "nodejs12.x", "nodejs14.x", "nodejs16.x",
        "nodejs18.x", "nodejs20.x", "nodejs22.x", "nodejs24.x", "nodejs26.x", "nodejs4.3-edge", "java8", "java8.al2",
        "java8.al2023", "java11", "java11.al2023", "java17", "java17.al2023", "java21", "java25", "python2.7",
        "python3.6", "python3.7", "python3.8", "python3.9", "python3.10", "python3.11", "python3.12", "python3.13",
        "python3.14", "python3.15", "dotnetcore1.0", "dotnetcore2.0", "dotnetcore2.1", "dotnetcore3.1", "dotnet6",
        "dotnet8", "dotnet10", "go1.x", "ruby2.5", "ruby2.7", "ruby3.2", "ruby3.3", "ruby3.4", "ruby4.0", "provided",
        "provided.al2", "provided.al2023", "custom",
    ]
}

extension ConstraintViolations {
    /// Notes a list that is too long or has members that are none of those allowed.
    fileprivate mutating func require(_ list: [String], allOf allowed: [String], atMost count: Int, at member: String) {
        let printed = "[\(list.joined(separator: ", "))]"
        require(
            list.allSatisfy(allowed.contains), printed, at: member,
            "Member must satisfy constraint: [Member must satisfy enum value set: "
                + "[\(allowed.joined(separator: ", "))], Member must not be null]")
        require(list.count <= count, printed, at: member, "Member must have length less than or equal to \(count)")
    }
}
