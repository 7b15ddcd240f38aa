// SPDX-License-Identifier: Apache-2.0
public import Buffers
import JSON

/// An event as an audit sees it: what may happen to it on its way.
///
/// What Lambda, S3, SNS, SQS or EventBridge deliver may come more than once and in any order, and who invokes a
/// function directly tries again. An HTTP request is repeated by its client or not at all, after the answer to the one
/// before: it is not run out of order, and what it makes under new names when it is repeated is what was asked for,
/// unless it brings an `Idempotency-Key`.
public struct AuditedEvent: Sendable {
    /// What it is called.
    public let id: String
    /// The event itself.
    public let payload: Bytes
    /// Whether it may change places with others.
    public let isUnordered: Bool
    /// The ids of events without which it would not have come to be, and so cannot come before.
    public let causes: Set<String>
    /// Whether each repetition may make things of its own, under names of their own.
    public let makesAnew: Bool

    /// Tells from the payload how it comes.
    public init(id: String, payload: Bytes, causes: Set<String> = []) {
        self.id = id
        self.causes = causes
        self.payload = payload
        let value = payload.withUnsafeBytes { JSONValue(parsing: $0) }
        let isRequest = value.map(Self.isRequest) ?? false
        isUnordered = !isRequest
        makesAnew = isRequest && value.map(Self.hasIdempotencyKey) != true
    }

    /// As API Gateway, function URLs and load balancers write requests.
    private static func isRequest(_ value: JSONValue) -> Bool {
        guard let context = value["requestContext"] else { return false }
        return ["http", "httpMethod", "elb"].contains { context[$0] != nil } || value["httpMethod"] != nil
    }

    /// The field of the IETF draft "The Idempotency-Key HTTP Header Field".
    private static func hasIdempotencyKey(_ value: JSONValue) -> Bool {
        guard case .object(let headers)? = value["headers"] else { return false }
        return headers.keys.contains { $0.lowercased() == "idempotency-key" }
    }
}
