// SPDX-License-Identifier: Apache-2.0
import Buffers
import JSON

/// What an event is about, without what differs from one run to the next: times, ids, signatures.
///
/// It is known for the events that the emulator makes itself; any other event is about all that it says.
enum ContentIdentity {
    /// Longer contents are taken as they are.
    private static let longest = 1 << 20

    static func of(_ content: Bytes) -> UInt64 {
        var draw = SeededDraw(seed: 0)
        let value = content.count <= longest ? content.withUnsafeBytes { JSONValue(parsing: $0) } : nil
        if let names = value.flatMap(names) {
            for name in names { draw.absorb(name) }
        } else {
            content.withUnsafeBytes { draw.absorb(bytes: $0) }
        }
        return draw.next()
    }

    /// What tells an event from others; nil for one of an unknown shape.
    private static func names(_ value: JSONValue) -> [String]? {
        if let inference = value["inferenceId"]?.string {
            return ["sagemaker", inference, value["invocationStatus"]?.string ?? ""]
        }
        if let path = value["rawPath"]?.string, let route = value["routeKey"]?.string {
            return ["http", route, path, value["rawQueryString"]?.string ?? "", value["body"]?.string ?? ""]
        }
        guard case .array(let records)? = value["Records"], let record = records.first else { return nil }
        if let object = record["s3"]?["object"]?["key"]?.string {
            let bucket = record["s3"]?["bucket"]?["name"]?.string ?? ""
            return ["s3", bucket, object, record["eventName"]?.string ?? ""]
        }
        guard let message = record["Sns"]?["Message"]?.string else { return nil }
        let topic = record["Sns"]?["TopicArn"]?.string ?? ""
        return ["sns", topic] + (JSONValue(parsing: message).flatMap(names) ?? [message])
    }
}
