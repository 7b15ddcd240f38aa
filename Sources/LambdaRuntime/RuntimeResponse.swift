// SPDX-License-Identifier: Apache-2.0
import Buffers
import HTTP1

/// What the Runtime API answered.
struct RuntimeResponse {
    /// How much memory is made ready because a head promises a body of that size; a longer one gets it as it comes.
    static let trustedLength = 16 << 20

    let head: HTTPHead
    let body: Bytes

    var status: Int { head.status }

    /// What the fields of a `next` response tell of the invocation.
    func invocationDetails() throws(RuntimeAPIError) -> InvocationDetails {
        guard let requestID = head.headers["Lambda-Runtime-Aws-Request-Id"], requestID.isPathSegment else {
            throw .malformed("no usable Lambda-Runtime-Aws-Request-Id")
        }
        return InvocationDetails(
            requestID: requestID,
            invokedFunctionARN: head.headers["Lambda-Runtime-Invoked-Function-Arn"] ?? "",
            deadline: head.headers["Lambda-Runtime-Deadline-Ms"].flatMap { Int64($0) } ?? 0,
            traceID: head.headers["Lambda-Runtime-Trace-Id"],
            clientContext: head.headers["Lambda-Runtime-Client-Context"],
            cognitoIdentity: head.headers["Lambda-Runtime-Cognito-Identity"])
    }

    /// Whether the runtime may go on after this answer to a result that it posted.
    ///
    /// 202 is success. A result that is refused for what it is (400, 413) ends its own invocation only. Anything else,
    /// 403 and 500 above all, tells that runtime and platform disagree about the state; AWS documents 500 as
    /// "Non-recoverable state. Runtime should exit promptly."
    var isRecoverable: Bool {
        [200, 202, 400, 413].contains(status)
    }

    /// The answer in words, for the log.
    var summary: String {
        "\(status) \(body.string.bounded(toUTF8: 500))"
    }
}

/// Why there is no talking to the Runtime API any more.
enum RuntimeAPIError: Error, Equatable, CustomStringConvertible {
    case lost(String)
    case closed
    case malformed(String)

    var description: String {
        switch self {
        case .lost(let reason): "the connection to the Runtime API is lost: \(reason)"
        case .closed: "the Runtime API closed the connection"
        case .malformed(let reason): "the Runtime API sent a malformed response: \(reason)"
        }
    }
}

extension String {
    /// Whether the text can stand in a path as it is.
    fileprivate var isPathSegment: Bool {
        !isEmpty && utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
    }
}
