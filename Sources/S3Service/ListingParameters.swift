// SPDX-License-Identifier: Apache-2.0
import AWSWire

/// The parameters of ListObjects and ListObjectsV2.
struct ListingParameters: Sendable {
    /// What is listed.
    var request: ListingRequest
    var isVersion2: Bool
    /// Whether keys are written as in a form, for those that XML cannot hold.
    var encodesKeys: Bool
    /// As they were sent, to be repeated in the answer.
    var marker: String
    var startAfter: String?
    var token: String?
    var fetchesOwner: Bool

    /// - Throws: `InvalidArgument`.
    init(_ query: QueryString, isVersion2: Bool) throws(AWSError) {
        self.isVersion2 = isVersion2
        marker = query["marker"] ?? ""
        startAfter = isVersion2 ? query["start-after"] : nil
        token = isVersion2 ? query["continuation-token"] : nil
        fetchesOwner = !isVersion2 || query["fetch-owner"] == "true"
        encodesKeys = try Self.encoding(query["encoding-type"])
        request = ListingRequest(
            prefix: query["prefix"] ?? "", delimiter: query["delimiter"] ?? "", limit: try Self.limit(query["max-keys"])
        )
        if let token {
            guard let after = ContinuationToken.key(token) else {
                throw S3Error.invalidArgument(
                    "The continuation token provided is incorrect", "continuation-token", nil)
            }
            request.after = after
            request.afterIsFromPage = true
        } else if isVersion2 {
            request.after = startAfter ?? ""
        } else {
            request.after = marker
            request.afterIsFromPage = true
        }
    }

    private static func encoding(_ value: String?) throws(AWSError) -> Bool {
        guard let value, !value.isEmpty else { return false }
        guard value.lowercased() == "url" else {
            throw S3Error.invalidArgument("Invalid Encoding Method specified in Request", "encoding-type", value)
        }
        return true
    }

    private static func limit(_ value: String?) throws(AWSError) -> Int {
        guard let value, !value.isEmpty else { return S3Limits.listed }
        guard let number = Int32(value) else {
            throw S3Error.invalidArgument(
                "Provided max-keys not an integer or within integer range", "max-keys", value)
        }
        guard number >= 0 else {
            throw S3Error.invalidArgument(
                "Argument maxKeys must be an integer between 0 and 2147483647", "maxKeys", value)
        }
        return min(Int(number), S3Limits.listed)
    }
}

/// The token with which a listing goes on.
///
/// To clients it is opaque.
enum ContinuationToken {
    static func make(after key: String) -> String { Base64.encode(Array("1\(key)".utf8)) }

    /// Nil for a text that is no token.
    static func key(_ token: String) -> String? {
        guard let bytes = Base64.decode(token), bytes.first == UInt8(ascii: "1"), bytes.count > 1 else { return nil }
        return String(validating: bytes.dropFirst(), as: UTF8.self)
    }
}
