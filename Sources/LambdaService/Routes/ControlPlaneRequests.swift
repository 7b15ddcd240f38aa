// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Foundation

/// The bodies of control-plane requests, as far as they are understood.
///
/// A member that would change what a function does, and is not understood, makes the request fail: what is stored here
/// is also carried out.
struct CreateFunctionRequest: Decodable {
    struct Code: Decodable {
        var ZipFile: Data?
        var S3Bucket: String?
        var ImageUri: String?
    }

    struct Variables: Decodable {
        var Variables: [String: String]?
    }

    var FunctionName: String
    var Runtime: String?
    var Role: String?
    var Handler: String?
    var Code: Code
    var Description: String?
    var Timeout: Int?
    var MemorySize: Int?
    var Publish: Bool?
    var PackageType: String?
    var Environment: Variables?
    var Architectures: [String]?

    /// Members that this service would have to carry out and does not.
    static let unsupported: Set = [
        "VpcConfig", "DeadLetterConfig", "KMSKeyArn", "Layers", "FileSystemConfigs", "ImageConfig",
        "CodeSigningConfigArn", "Tags", "CapacityProviderConfig", "DurableConfig", "TenancyConfig",
    ]
}

struct UpdateFunctionCodeRequest: Decodable {
    var ZipFile: Data?
    var Publish: Bool?
    var DryRun: Bool?
    var RevisionId: String?

    static let unsupported: Set = ["S3Bucket", "S3Key", "S3ObjectVersion", "ImageUri", "SourceKMSKeyArn"]
}

struct PublishVersionRequest: Decodable {
    var CodeSha256: String?
    var Description: String?
    var RevisionId: String?
}

struct CreateAliasRequest: Decodable {
    struct Routing: Decodable {
        var AdditionalVersionWeights: [String: Double]?
    }

    var Name: String
    var FunctionVersion: String
    var Description: String?
    var RoutingConfig: Routing?
}

struct PutFunctionConcurrencyRequest: Decodable {
    var ReservedConcurrentExecutions: Int
}

struct PutProvisionedConcurrencyRequest: Decodable {
    var ProvisionedConcurrentExecutions: Int
}

enum ControlPlaneRequest {
    /// Reads a body.
    ///
    /// - Parameter unsupported: members that must be absent, null or empty.
    /// - Throws: the error that the operation answers with.
    static func read<Request: Decodable>(
        _ type: Request.Type, _ body: Data, unsupported: Set<String> = []
    ) throws(AWSError) -> Request {
        let body = body.isEmpty ? Data("{}".utf8) : body
        do {
            let request = try JSONDecoder().decode(type, from: body)
            guard !unsupported.isEmpty else { return request }
            let members = try JSONDecoder().decode([String: Presence].self, from: body)
            let present = unsupported.filter { members[$0]?.isEmpty == false }.sorted()
            if let first = present.first {
                throw AWSError.invalidParameter("\(first) is not supported by this emulator.")
            }
            return request
        } catch let error as AWSError {
            throw error
        } catch DecodingError.keyNotFound(let key, _) {
            let field = key.stringValue.prefix(1).lowercased() + key.stringValue.dropFirst()
            throw .validation("null", at: field, "Member must not be null")
        } catch DecodingError.dataCorrupted {
            throw .invalidRequestContent("Could not parse request body into json: it is not valid.")
        } catch {
            throw AWSError("SerializationException", "A member of the request has the wrong type.", status: 400)
        }
    }

    /// Whether a member holds anything.
    private struct Presence: Decodable {
        let isEmpty: Bool

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if value.decodeNil() {
                isEmpty = true
            } else if let text = try? value.decode(String.self) {
                isEmpty = text.isEmpty
            } else if let list = try? value.decode([Presence].self) {
                isEmpty = list.isEmpty
            } else if let object = try? value.decode([String: Presence].self) {
                isEmpty = object.values.allSatisfy(\.isEmpty)
            } else {
                isEmpty = false
            }
        }
    }
}
