// SPDX-License-Identifier: Apache-2.0
import Buffers
import Curl
import FoundationEssentials

/// An error that a service answered with.
public struct AWSServiceError: Error, Sendable, Equatable, CustomStringConvertible {
    /// `NoSuchKey`, `PreconditionFailed`, `ModelError` and the like.
    public let code: String
    /// The service's words.
    public let message: String
    /// The HTTP status.
    public let status: Int
    /// The id under which AWS knows the request.
    public let requestID: String?

    /// Creates one from its parts.
    public init(code: String, message: String, status: Int, requestID: String? = nil) {
        self.code = code
        self.message = message
        self.status = status
        self.requestID = requestID
    }

    /// The error in words.
    public var description: String { "\(code): \(message) (HTTP \(status))" }

    /// There is no such thing.
    public var isNotFound: Bool { status == 404 }

    /// The condition of a conditional write did not hold (412), or another write of the same object was faster (409).
    public var isPreconditionFailed: Bool { status == 412 || code == "ConditionalRequestConflict" }
}

extension AWSServiceError {
    /// Reads S3's XML and the JSON of the others.
    ///
    /// What has no readable body, every answer to `HEAD` for one, is named after its status.
    init(_ response: CurlResponse) {
        let requestID = response.head.value(of: "x-amz-request-id") ?? response.head.value(of: "x-amzn-RequestId")
        let text = response.body.string
        var code = response.head.value(of: "x-amzn-ErrorType")
        var message: String?
        if let error = XMLErrorBody(text) {
            code = code ?? error.code
            message = error.message
        } else if let error = try? JSONDecoder().decode(JSONErrorBody.self, from: Data(text.utf8)) {
            code = code ?? error.code
            message = error.message
        }
        self.init(
            code: code.map(Self.shortCode) ?? Self.code(ofStatus: response.status),
            message: message ?? "the service gave no reason", status: response.status, requestID: requestID)
    }

    /// `aws.protocols#ModelError:http://…` is `ModelError`.
    private static func shortCode(_ code: String) -> String {
        let end = code.firstIndex(of: ":") ?? code.endIndex
        let start = code[..<end].lastIndex(of: "#").map { code.index(after: $0) } ?? code.startIndex
        return String(code[start..<end])
    }

    private static func code(ofStatus status: Int) -> String {
        switch status {
        case 304: "NotModified"
        case 400: "BadRequest"
        case 403: "Forbidden"
        case 404: "NotFound"
        case 412: "PreconditionFailed"
        default: "HTTP\(status)"
        }
    }
}

private struct JSONErrorBody: Decodable {
    let code: String?
    let message: String?

    enum CodingKeys: String, CodingKey {
        case type = "__type"
        case code, message
        case capitalMessage = "Message"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        code =
            try container.decodeIfPresent(String.self, forKey: .type)
            ?? container.decodeIfPresent(String.self, forKey: .code)
        message =
            try container.decodeIfPresent(String.self, forKey: .message)
            ?? container.decodeIfPresent(String.self, forKey: .capitalMessage)
    }
}
