// SPDX-License-Identifier: Apache-2.0
import Glibc
import JSON

/// Metrics that stand in a log line, in the embedded metric format
/// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
///
/// A line that is no such document has none. In one that is, what breaks a rule is left out: a directive with a wrong
/// namespace, dimension or number of metrics, or a metric whose value is missing or no number.
enum EmbeddedMetrics {
    /// The values of one metric.
    struct Metric: Equatable {
        var identity: MetricIdentity
        var unit: MetricUnit
        var isHighResolution: Bool
        /// Milliseconds since 1970.
        var timestamp: Int64
        var values: [Double]
    }

    private static let mark: StaticString = "\"_aws\""
    private static let mostMetrics = 100
    private static let mostDimensions = 30
    private static let mostValues = 100
    /// Of one line, as of one PutMetricData.
    private static let mostPublished = 1000
    /// The year 9999 ends here.
    private static let latest: Int64 = 253_402_300_799_999

    /// Whether it is worth reading: it begins like an object, and has the name of the member that counts.
    static func mayBeDocument(_ line: UnsafeRawBufferPointer) -> Bool {
        guard line.first == UInt8(ascii: "{"), let base = line.baseAddress else { return false }
        // Underscores are rare: finding them is left to the C library, which is fastest at it.
        var start = 0
        while start < line.count, let found = memchr(base + start, Int32(UInt8(ascii: "_")), line.count - start) {
            let position = UnsafeRawPointer(found) - base
            let name = (position - 1)..<(position - 1 + mark.utf8CodeUnitCount)
            if name.upperBound <= line.count, memcmp(base + name.lowerBound, mark.utf8Start, name.count) == 0 {
                return true
            }
            start = position + 1
        }
        return false
    }

    static func metrics(in line: UnsafeRawBufferPointer) -> [Metric] {
        guard case .object(let root)? = JSONValue(parsing: line), case .object(let metadata)? = root["_aws"],
            case .integer(let timestamp)? = metadata["Timestamp"], (0...latest).contains(timestamp),
            case .array(let directives)? = metadata["CloudWatchMetrics"]
        else { return [] }
        var found: [Metric] = []
        for directive in directives where found.count < mostPublished {
            add(metricsOf: directive, root, timestamp, to: &found)
        }
        return found
    }

    private static func add(
        metricsOf directive: JSONValue, _ root: [String: JSONValue], _ timestamp: Int64, to found: inout [Metric]
    ) {
        guard let namespace = text(directive["Namespace"], most: 255), !namespace.hasPrefix("AWS/"),
            case .array(let definitions)? = directive["Metrics"], definitions.count <= mostMetrics,
            let sets = dimensionSets(of: directive, root)
        else { return }
        for definition in definitions {
            guard let name = text(definition["Name"], most: 255), let values = values(root[name]),
                let unit = unit(of: definition), let isHighResolution = isHighResolution(definition)
            else { continue }
            for dimensions in sets where found.count < mostPublished {
                found.append(
                    Metric(
                        identity: MetricIdentity(namespace: namespace, name: name, dimensions: dimensions), unit: unit,
                        isHighResolution: isHighResolution, timestamp: timestamp, values: values))
            }
        }
    }

    /// The sets of dimensions that each metric is published with; nil when one of them breaks a rule.
    private static func dimensionSets(
        of directive: JSONValue, _ root: [String: JSONValue]
    ) -> [[MetricIdentity.Dimension]]? {
        guard case .array(let sets)? = directive["Dimensions"], sets.count <= mostMetrics else { return nil }
        var found: [[MetricIdentity.Dimension]] = []
        for set in sets {
            guard case .array(let names) = set, names.count <= mostDimensions else { return nil }
            var dimensions: [MetricIdentity.Dimension] = []
            for name in names {
                guard let name = text(name, most: 255), let value = text(root[name], most: 1024),
                    !dimensions.contains(where: { $0.name == name })
                else { return nil }
                dimensions.append(MetricIdentity.Dimension(name: name, value: value))
            }
            found.append(dimensions)
        }
        return found
    }

    private static func text(_ value: JSONValue?, most: Int) -> String? {
        guard let text = value?.string, !text.isEmpty, text.unicodeScalars.count <= most else { return nil }
        return text
    }

    private static func values(_ target: JSONValue?) -> [Double]? {
        let numbers: [Double?]
        switch target {
        case .array(let items):
            guard items.count <= mostValues else { return nil }
            numbers = items.map(\.double)
        default: numbers = [target?.double]
        }
        let values = numbers.compactMap { $0 }
        guard !values.isEmpty, values.count == numbers.count,
            values.allSatisfy({ CloudWatchService.isRecordable($0) })
        else { return nil }
        return values
    }

    private static func unit(of definition: JSONValue) -> MetricUnit? {
        switch definition["Unit"] {
        case nil, .null: MetricUnit.none
        case .string(let text): MetricUnit(rawValue: text)
        default: nil
        }
    }

    private static func isHighResolution(_ definition: JSONValue) -> Bool? {
        switch definition["StorageResolution"] {
        case nil, .null, .integer(60): false
        case .integer(1): true
        default: nil
        }
    }
}
