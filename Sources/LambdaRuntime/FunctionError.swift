// SPDX-License-Identifier: Apache-2.0
import Buffers

/// What went wrong, in the form in which the Runtime API wants to hear of it.
///
/// Shape: AWS documentation, "Using the Lambda runtime API for custom runtimes".
struct FunctionError: Error, Equatable {
    /// The longest message that is reported, in bytes of UTF-8.
    ///
    /// An error is read by people, and it travels on into queues with limits of their own.
    static let messageLimit = 64 * 1024
    static let typeLimit = 256

    let type: String
    let message: String

    init(type: String, message: String) {
        self.type = type.bounded(toUTF8: Self.typeLimit)
        self.message = message.bounded(toUTF8: Self.messageLimit)
    }

    /// Any error that a handler threw.
    init(_ error: any Error) {
        switch error {
        case let error as FunctionError:
            self = error
        case let error as any LambdaErrorConvertible:
            self.init(type: error.lambdaErrorType, message: error.lambdaErrorMessage)
        default:
            self.init(type: String(describing: Swift.type(of: error)), message: String(describing: error))
        }
    }

    /// The body to post: `{"errorMessage":…,"errorType":…,"stackTrace":[]}`.
    var json: Bytes {
        var builder = BytesBuilder(capacity: message.utf8.count + type.utf8.count + 64)
        builder.append("{\"errorMessage\":")
        builder.appendJSON(message)
        builder.append(",\"errorType\":")
        builder.appendJSON(type)
        builder.append(",\"stackTrace\":[]}")
        return builder.finish()
    }

    /// The value of `Lambda-Runtime-Function-Error-Type`: category and reason, of which Lambda accepts letters only.
    var headerValue: String {
        let parts = type.split(separator: ".", omittingEmptySubsequences: false)
        if parts.count == 2, parts[0] == "Runtime" || parts[0] == "Function", Self.isReason(parts[1]) { return type }
        return Self.isReason(type[...]) ? "Function.\(type)" : "Function.Unknown"
    }

    private static func isReason(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, (65...90).contains(first), text.utf8.count > 1 else { return false }
        return text.utf8.allSatisfy { (65...90).contains($0) || (97...122).contains($0) }
    }
}

extension String {
    /// The text itself, or its beginning and a note when it has more than `limit` bytes.
    func bounded(toUTF8 limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var end = utf8.index(utf8.startIndex, offsetBy: limit)
        while end > utf8.startIndex, utf8[end] & 0b1100_0000 == 0b1000_0000 {
            end = utf8.index(before: end)
        }
        return "\(self[..<end])… (\(utf8.count) bytes)"
    }
}
