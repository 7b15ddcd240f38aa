// SPDX-License-Identifier: Apache-2.0
import AWSWire
import ServiceProtocols

/// S3's errors: codes, words and statuses as AWS documents or answers them.
///
/// AWS documentation: S3 API Reference, "Error responses".
enum S3Error {
    static let accessDenied = AWSError("AccessDenied", "Access Denied", status: 403)
    static let internalError = AWSError(
        "InternalError", "We encountered an internal error. Please try again.", status: 500)
    static let malformedXML = AWSError(
        "MalformedXML",
        "The XML you provided was not well-formed or did not validate against our published schema", status: 400)
    static let incompleteBody = AWSError(
        "IncompleteBody", "You did not provide the number of bytes specified by the Content-Length HTTP header",
        status: 400)
    static let missingContentLength = AWSError(
        "MissingContentLength", "You must provide the Content-Length HTTP header.", status: 411)
    static let invalidURI = AWSError("InvalidURI", "Couldn't parse the specified URI.", status: 400)
    static let noVersion = invalidArgument("Invalid version id specified", "versionId", nil)

    static func noSuchBucket(_ name: String) -> AWSError {
        AWSError(
            "NoSuchBucket", "The specified bucket does not exist", status: 404,
            details: [AWSError.Detail("BucketName", name)])
    }

    static func noSuchKey(_ key: String) -> AWSError {
        AWSError(
            "NoSuchKey", "The specified key does not exist.", status: 404, details: [AWSError.Detail("Key", key)])
    }

    static func invalidBucketName(_ name: String) -> AWSError {
        AWSError(
            "InvalidBucketName", "The specified bucket is not valid.", status: 400,
            details: [AWSError.Detail("BucketName", name)])
    }

    static func bucketAlreadyOwnedByYou(_ name: String) -> AWSError {
        AWSError(
            "BucketAlreadyOwnedByYou",
            "Your previous request to create the named bucket succeeded and you already own it.", status: 409,
            details: [AWSError.Detail("BucketName", name)])
    }

    static func bucketNotEmpty(_ name: String) -> AWSError {
        AWSError(
            "BucketNotEmpty", "The bucket you tried to delete is not empty", status: 409,
            details: [AWSError.Detail("BucketName", name)])
    }

    static func keyTooLong(_ size: Int) -> AWSError {
        AWSError(
            "KeyTooLongError", "Your key is too long", status: 400,
            details: [AWSError.Detail("Size", size), AWSError.Detail("MaxSizeAllowed", S3Limits.keyBytes)])
    }

    static func entityTooLarge(_ size: Int, limit: Int) -> AWSError {
        AWSError(
            "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", status: 400,
            details: [AWSError.Detail("ProposedSize", size), AWSError.Detail("MaxSizeAllowed", limit)])
    }

    static func preconditionFailed(_ condition: String) -> AWSError {
        AWSError(
            "PreconditionFailed", "At least one of the pre-conditions you specified did not hold", status: 412,
            details: [AWSError.Detail("Condition", condition)])
    }

    static func invalidRange(_ range: String, size: Int) -> AWSError {
        AWSError(
            "InvalidRange", "The requested range is not satisfiable", status: 416,
            details: [AWSError.Detail("RangeRequested", range), AWSError.Detail("ActualObjectSize", size)])
    }

    static func invalidArgument(_ message: String, _ name: String, _ value: String?) -> AWSError {
        var details = [AWSError.Detail("ArgumentName", name)]
        if let value { details.append(AWSError.Detail("ArgumentValue", value)) }
        return AWSError("InvalidArgument", message, status: 400, details: details)
    }

    static func invalidRequest(_ message: String) -> AWSError {
        AWSError("InvalidRequest", message, status: 400)
    }

    /// What is not emulated; AWS says the same of headers that it does not know how to honour.
    ///
    /// - Parameter what: the header, or the parameter of the query.
    static func notImplemented(_ what: String) -> AWSError {
        AWSError(
            "NotImplemented", "A header you provided implies functionality that is not implemented", status: 501,
            details: [AWSError.Detail("Header", what)])
    }

    static func methodNotAllowed(_ method: String, _ resource: String) -> AWSError {
        AWSError(
            "MethodNotAllowed", "The specified method is not allowed against this resource.", status: 405,
            details: [AWSError.Detail("Method", method), AWSError.Detail("ResourceType", resource)])
    }

    static func noSuchUpload(_ id: String) -> AWSError {
        AWSError(
            "NoSuchUpload",
            "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted "
                + "or completed.", status: 404, details: [AWSError.Detail("UploadId", id)])
    }
}

/// Quotas of S3 (AWS documentation: S3 User Guide, "Amazon S3 objects overview", "Multipart upload limits").
enum S3Limits {
    static let keyBytes = 1024
    static let metadataBytes = 2048
    static let putBytes = 5 << 30
    static let partBytesMinimum = 5 << 20
    static let partNumbers = 1...10_000
    static let listed = 1000
    /// The bodies in XML: 1000 keys of 1024 bytes, each possibly escaped, need most.
    static let xmlBytes = 8 << 20
    static let notificationRules = 100
}

extension S3Error {
    /// The error for a caller inside the emulator, which gets no answer to hide details in.
    static func from(_ error: any Error) -> AWSError {
        error as? AWSError ?? AWSError("InternalError", "\(error)", status: 500)
    }
}

extension ServiceError {
    init(_ error: AWSError) {
        self.init(code: error.code, message: error.message, status: error.status)
    }
}
