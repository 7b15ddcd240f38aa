// SPDX-License-Identifier: Apache-2.0
import AWSWire
import HTTP1

/// The conditions under which an object is handed out (RFC 9110, 13; AWS documentation: S3 API Reference, GetObject).
struct ReadConditions: Sendable, Equatable {
    enum Verdict: Sendable, Equatable {
        case met
        case notModified
        /// The header that did not hold.
        case failed(String)
    }

    var match: String?
    var noneMatch: String?
    /// Seconds since 1970.
    var modifiedSince: Int64?
    var unmodifiedSince: Int64?
    private var prefix = ""

    /// - Parameter prefix: `x-amz-copy-source-` for the source of a copy.
    init(_ headers: HTTPHeaders, prefix: String = "") {
        self.prefix = prefix
        match = headers["\(prefix)if-match"]
        noneMatch = headers["\(prefix)if-none-match"]
        modifiedSince = headers["\(prefix)if-modified-since"].flatMap(Self.seconds)
        unmodifiedSince = headers["\(prefix)if-unmodified-since"].flatMap(Self.seconds)
    }

    /// - Parameters:
    ///   - etag: without quotation marks.
    ///   - modified: milliseconds since 1970; HTTP knows whole seconds only.
    func verdict(etag: String, modified: Int64) -> Verdict {
        let seconds = modified / 1000
        if let match {
            guard ETagList(match).contains(etag) else { return .failed("\(prefix)If-Match") }
        } else if let unmodifiedSince, seconds > unmodifiedSince {
            return .failed("\(prefix)If-Unmodified-Since")
        }
        if let noneMatch {
            guard !ETagList(noneMatch).contains(etag) else { return .notModified }
        } else if let modifiedSince, seconds <= modifiedSince {
            return .notModified
        }
        return .met
    }

    private static func seconds(_ date: String) -> Int64? { HTTPDate.parse(date).map { $0 / 1000 } }
}

/// The condition under which an object is written or removed.
///
/// It is decided in the transaction that writes: of two writers with one condition exactly one succeeds. S3's other
/// answer to a race, 409 `ConditionalRequestConflict`, never comes, because nothing here happens between decision and
/// write.
enum WriteCondition: Sendable, Equatable {
    case none
    /// `If-None-Match: *`
    case absent
    /// `If-Match: "etag"`
    case matches(ETagList)

    /// - Throws: `NotImplemented` for a value of `If-None-Match` other than `*`, as AWS does.
    init(_ headers: HTTPHeaders) throws(AWSError) {
        if let value = headers["if-none-match"] {
            guard value == "*", !headers.contains("if-match") else { throw S3Error.notImplemented("If-None-Match") }
            self = .absent
        } else if let value = headers["if-match"] {
            self = .matches(ETagList(value))
        } else {
            self = .none
        }
    }

    /// - Parameters:
    ///   - etag: of the object that is there, without quotation marks; nil when there is none.
    ///   - key: for the error's text.
    /// - Throws: `PreconditionFailed`, or `NoSuchKey` when what must match is not there.
    func check(_ etag: String?, key: String) throws(AWSError) {
        switch self {
        case .none: return
        case .absent:
            guard etag == nil else { throw S3Error.preconditionFailed("If-None-Match") }
        case .matches(let list):
            guard let etag else { throw S3Error.noSuchKey(key) }
            guard list.contains(etag) else { throw S3Error.preconditionFailed("If-Match") }
        }
    }
}

/// The entity tags of a condition: `*`, or tags separated by commas, with or without quotation marks.
struct ETagList: Sendable, Equatable {
    private var tags: [Substring]

    init(_ header: String) {
        tags = header.split(separator: ",").map { tag in
            var tag = tag.drop { $0 == " " }
            while tag.last == " " { tag.removeLast() }
            if tag.hasPrefix("W/") { tag = tag.dropFirst(2) }
            if tag.count >= 2, tag.first == "\"", tag.last == "\"" { tag = tag.dropFirst().dropLast() }
            return tag
        }
    }

    func contains(_ etag: String) -> Bool {
        tags.contains { $0 == "*" || $0 == etag }
    }
}
