// SPDX-License-Identifier: Apache-2.0
import AWSWire

/// The bodies of control-plane requests, as far as they are understood.
///
/// A member that would change what a function does, and is not understood, makes the request fail: what is stored here
/// is also carried out.
struct CreateFunctionRequest: Decodable {
    var FunctionName: String?
    var Code: CodeMembers?
    var Publish: Bool?
    var PackageType: String?
    var Architectures: [String]?
    var Tags: [String: String]?
    var configuration: ConfigurationMembers

    private enum Key: CodingKey {
        case FunctionName, Code, Publish, PackageType, Architectures, Tags
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        FunctionName = try members.decodeIfPresent(String.self, forKey: .FunctionName)
        Code = try members.decodeIfPresent(CodeMembers.self, forKey: .Code)
        Publish = try members.decodeIfPresent(Bool.self, forKey: .Publish)
        PackageType = try members.decodeIfPresent(String.self, forKey: .PackageType)
        Architectures = try members.decodeIfPresent([String].self, forKey: .Architectures)
        Tags = try members.decodeIfPresent([String: String].self, forKey: .Tags)
        configuration = try ConfigurationMembers(from: decoder)
    }

    /// Members that this service would have to carry out and does not.
    static let unsupported = ConfigurationMembers.unsupported.union(["CodeSigningConfigArn"])
}

/// What UpdateFunctionConfiguration is asked for.
struct UpdateFunctionConfigurationRequest: Decodable {
    var RevisionId: String?
    var configuration: ConfigurationMembers

    private enum Key: CodingKey {
        case RevisionId
    }

    init(from decoder: any Decoder) throws {
        RevisionId = try decoder.container(keyedBy: Key.self).decodeIfPresent(String.self, forKey: .RevisionId)
        configuration = try ConfigurationMembers(from: decoder)
    }
}

/// What UpdateFunctionCode is asked for.
struct UpdateFunctionCodeRequest: Decodable {
    var Publish: Bool?
    var DryRun: Bool?
    var RevisionId: String?
    var Architectures: [String]?
    var code: CodeMembers

    private enum Key: CodingKey {
        case Publish, DryRun, RevisionId, Architectures
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        Publish = try members.decodeIfPresent(Bool.self, forKey: .Publish)
        DryRun = try members.decodeIfPresent(Bool.self, forKey: .DryRun)
        RevisionId = try members.decodeIfPresent(String.self, forKey: .RevisionId)
        Architectures = try members.decodeIfPresent([String].self, forKey: .Architectures)
        code = try CodeMembers(from: decoder)
    }

    static let unsupported: Set = ["PublishTo"]
}

/// What PublishVersion is asked for.
struct PublishVersionRequest: Decodable {
    var CodeSha256: String?
    var Description: String?
    var RevisionId: String?

    static let unsupported: Set = ["PublishTo"]
}

/// What PutFunctionConcurrency is asked for.
struct PutFunctionConcurrencyRequest: Decodable {
    var ReservedConcurrentExecutions: Int
}

/// What PutProvisionedConcurrencyConfig is asked for.
struct PutProvisionedConcurrencyRequest: Decodable {
    var ProvisionedConcurrentExecutions: Int
}
