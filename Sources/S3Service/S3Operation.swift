// SPDX-License-Identifier: Apache-2.0
import AWSWire
import HTTP1

/// What a request asks for.
enum S3Operation: Sendable, Equatable {
    case listBuckets
    case createBucket, headBucket, deleteBucket, getBucketLocation
    case getNotifications, putNotifications
    case listObjects, listObjectsV2, deleteObjects, listMultipartUploads
    case getObject, headObject, putObject, copyObject, deleteObject
    case createMultipartUpload, uploadPart, uploadPartCopy, completeMultipartUpload, abortMultipartUpload, listParts
    /// A configuration that buckets or objects here never have: the answer is that of one that was never set.
    case getAbsent(AbsentConfiguration)
}

extension S3Operation {
    private enum Resource: String {
        case service = "SERVICE"
        case bucket = "BUCKET"
        case object = "OBJECT"
    }

    private static let plain: [Resource: [String: S3Operation]] = [
        .service: ["GET": .listBuckets],
        .bucket: [
            "GET": .listObjects, "PUT": .createBucket, "HEAD": .headBucket, "DELETE": .deleteBucket,
        ],
        .object: ["GET": .getObject, "HEAD": .headObject, "PUT": .putObject, "DELETE": .deleteObject],
    ]

    private static let bySubresource: [Resource: [String: [String: S3Operation]]] = [
        .service: [:],
        .bucket: [
            "location": ["GET": .getBucketLocation],
            "notification": ["GET": .getNotifications, "PUT": .putNotifications],
            "delete": ["POST": .deleteObjects],
            "uploads": ["GET": .listMultipartUploads],
            "versioning": ["GET": .getAbsent(.versioning)],
            "policy": ["GET": .getAbsent(.policy)],
            "cors": ["GET": .getAbsent(.cors)],
            "lifecycle": ["GET": .getAbsent(.lifecycle)],
            "website": ["GET": .getAbsent(.website)],
            "tagging": ["GET": .getAbsent(.bucketTagging)],
            "replication": ["GET": .getAbsent(.replication)],
            "object-lock": ["GET": .getAbsent(.objectLock)],
            "logging": ["GET": .getAbsent(.logging)],
            "requestPayment": ["GET": .getAbsent(.requestPayment)],
        ],
        .object: [
            "uploads": ["POST": .createMultipartUpload],
            "uploadId": [
                "PUT": .uploadPart, "POST": .completeMultipartUpload, "DELETE": .abortMultipartUpload,
                "GET": .listParts,
            ],
            "tagging": ["GET": .getAbsent(.objectTagging)],
        ],
    ]

    /// Parameters of a query that make a request another one than its method and path say.
    ///
    /// What is not emulated must be known too: a `PUT …?acl` is no PutObject.
    private static let subresources: Set<String> = [
        "abac", "accelerate", "acl", "analytics", "annotation", "attributes", "cors", "delete", "encryption",
        "intelligent-tiering", "inventory", "legal-hold", "lifecycle", "location", "logging", "metadataConfiguration",
        "metadataInventoryTable", "metadataJournalTable", "metadataTable", "metrics", "notification", "object-lock",
        "ownershipControls", "partNumber", "policy", "policyStatus", "publicAccessBlock", "renameObject",
        "replication", "requestPayment", "restore", "retention", "select", "session", "tagging", "torrent",
        "uploadId", "uploads", "versioning", "versions", "website",
    ]

    /// Tells the operation of a request.
    ///
    /// - Throws: `NotImplemented` for what S3 has and the emulator has not, `MethodNotAllowed` for what S3 has not.
    init(method: String, address: S3Address, query: QueryString, headers: HTTPHeaders) throws(AWSError) {
        let resource: Resource = address.key != nil ? .object : address.bucket != nil ? .bucket : .service
        if method == "OPTIONS" { throw Self.noCORS }
        var asked = query.parameters.map(\.name).filter(Self.subresources.contains)
        if asked.contains("uploadId") { asked.removeAll { $0 == "partNumber" } }
        guard let name = asked.first else {
            self = try Self.plainOperation(method, resource, query, headers)
            return
        }
        guard asked.count == 1, let operation = Self.bySubresource[resource]?[name]?[method] else {
            throw S3Error.notImplemented(name)
        }
        let isCopy = operation == .uploadPart && headers.contains("x-amz-copy-source")
        self = isCopy ? .uploadPartCopy : operation
    }

    private static func plainOperation(
        _ method: String, _ resource: Resource, _ query: QueryString, _ headers: HTTPHeaders
    ) throws(AWSError) -> S3Operation {
        guard let operation = plain[resource]?[method] else {
            // A browser's form upload.
            if method == "POST", resource == .bucket { throw S3Error.notImplemented("POST") }
            throw S3Error.methodNotAllowed(method, resource.rawValue)
        }
        switch operation {
        case .listObjects:
            guard let type = query["list-type"] else { return .listObjects }
            guard type == "2" else { throw S3Error.invalidArgument("Invalid List Type", "list-type", type) }
            return .listObjectsV2
        case .putObject where headers.contains("x-amz-copy-source"): return .copyObject
        default: return operation
        }
    }

    /// The operation's name in the S3 API Reference.
    var apiName: String {
        switch self {
        case .getNotifications: return "GetBucketNotificationConfiguration"
        case .putNotifications: return "PutBucketNotificationConfiguration"
        case .getAbsent(let configuration):
            let name = Self.capitalized("\(configuration)")
            return name.hasPrefix("Bucket") || name.hasPrefix("Object") ? "Get\(name)" : "GetBucket\(name)"
        default: return Self.capitalized("\(self)")
        }
    }

    private static func capitalized(_ name: String) -> String { name.prefix(1).uppercased() + name.dropFirst() }

    private static let noCORS = AWSError(
        "AccessForbidden", "CORSResponse: CORS is not enabled for this bucket.", status: 403)
}
