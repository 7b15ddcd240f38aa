// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import ServiceProtocols

/// One event for subscribers, before it is written in the schema of each.
enum TelemetryRecord {
    case platform(PlatformEvent)
    /// A line that the function wrote.
    case function(Bytes)
    /// A line that an extension wrote.
    case `extension`(Bytes)

    var kind: TelemetrySubscription.Kind {
        switch self {
        case .platform: .platform
        case .function: .function
        case .extension: .extension
        }
    }

    /// Bytes of a line, or about what a platform event has.
    var size: Int {
        switch self {
        case .platform: 256
        case .function(let line), .extension(let line): line.count
        }
    }

    /// The record as a JSON object; nil where the schema has no such event.
    ///
    /// - Parameter format: how the function writes its log: with JSON, a line that is an object is one in the record
    ///   too (https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html#telemetry-api-function).
    func json(
        _ schema: TelemetrySchema, _ context: PlatformContext, _ format: LoggingConfiguration.Format,
        at moment: Timestamp
    ) -> [UInt8]? {
        switch self {
        case .platform(let event): return event.json(context, schema, at: moment)
        case .function(let line): return Self.json("function", line, schema, format, moment)
        case .extension(let line): return Self.json("extension", line, schema, format, moment)
        }
    }

    private static func json(
        _ type: String, _ line: Bytes, _ schema: TelemetrySchema, _ format: LoggingConfiguration.Format,
        _ moment: Timestamp
    ) -> [UInt8] {
        var json = JSONObjectWriter()
        json.add("time", ISO8601.format(moment.milliseconds))
        json.add("type", type)
        if format == .json, schema == .december2022 || schema == .january2025, isObject(line) {
            var object = line.array
            if object.last == UInt8(ascii: "\n") { object.removeLast() }
            json.add("record", json: object)
        } else {
            json.add("record", line.string)
        }
        return json.finish()
    }

    private static func isObject(_ line: Bytes) -> Bool {
        line.withUnsafeBytes { $0.first } == UInt8(ascii: "{") && JSONSyntax.error(in: line) == nil
    }
}
