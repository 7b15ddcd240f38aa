// SPDX-License-Identifier: Apache-2.0
import AWSWire

extension CloudWatchService {
    /// One datum of a request, checked.
    private struct Datum {
        var identity: MetricIdentity
        var unit: MetricUnit
        var moment: Int64
        var isHighResolution: Bool
        var values: [(value: Double, count: Double)]
        var set: MetricSummary?
    }

    /// Takes all data of a request, or none of it.
    func putMetricData(_ request: RequestMembers) throws(AWSError) {
        let namespace = try Self.namespace(of: request)
        guard !namespace.hasPrefix("AWS/") else {
            throw CloudWatchError.invalid("The value AWS/ for parameter Namespace is invalid.")
        }
        try request.refuse("EntityMetricData", "StrictEntityValidation")
        let items = try request.structures("MetricData")
        guard !items.isEmpty else { throw CloudWatchError.missing("MetricData") }
        guard items.count <= 1000 else {
            throw CloudWatchError.invalid("The collection MetricData must not have a size greater than 1000.")
        }
        let now = now
        var data: [Datum] = []
        for item in items { data.append(try Self.datum(item, namespace, now: now)) }
        for datum in data { record(datum) }
    }

    private func record(_ datum: Datum) {
        let metric = store.metric(datum.identity)
        for (value, count) in datum.values {
            store.record(
                value, count: count, of: metric, in: datum.unit, at: datum.moment / 1000,
                isHighResolution: datum.isHighResolution)
        }
        guard let set = datum.set else { return }
        store.record(
            set, of: metric, in: datum.unit, at: datum.moment / 1000, isHighResolution: datum.isHighResolution)
    }

    // MARK: Reading

    private static func datum(
        _ item: RequestMembers, _ namespace: String, now: Int64
    ) throws(AWSError) -> Datum {
        let name = try metricName(of: item)
        let moment = try item.moment("Timestamp") ?? now
        guard isRecordable(moment, now: now) else {
            throw CloudWatchError.invalid(
                "The parameter \(item.path)Timestamp must specify a time within the past two weeks.")
        }
        let resolution = try item.integer("StorageResolution") ?? 60
        guard resolution == 1 || resolution == 60 else {
            throw CloudWatchError.invalid(
                "The parameter \(item.path)StorageResolution must be a value in the set [ 1, 60 ].")
        }
        let values = try values(of: item)
        let set = try set(of: item)
        guard !values.isEmpty || set != nil else { throw CloudWatchError.missing("\(item.path)Value") }
        return Datum(
            identity: MetricIdentity(namespace: namespace, name: name, dimensions: try dimensions(of: item)),
            unit: try unit(of: item) ?? .none, moment: moment, isHighResolution: resolution == 1, values: values,
            set: set)
    }

    private static func values(of item: RequestMembers) throws(AWSError) -> [(value: Double, count: Double)] {
        let path = item.path
        let values = try item.numbers("Values")
        let counts = try item.numbers("Counts")
        if let value = try item.number("Value") {
            guard values.isEmpty else { throw CloudWatchError.exclusive("\(path)Value", "\(path)Values") }
            guard !item.has("StatisticValues") else {
                throw CloudWatchError.exclusive("\(path)Value", "\(path)StatisticValues")
            }
            return [(try recordable(value, "\(path)Value"), 1)]
        }
        guard counts.isEmpty || counts.count == values.count else {
            throw CloudWatchError.invalid(
                "The parameters \(path)Values and \(path)Counts must be of the same size.")
        }
        guard values.count <= 150 else {
            throw CloudWatchError.invalid("The collection \(path)Values must not have a size greater than 150.")
        }
        var found: [(value: Double, count: Double)] = []
        for (index, value) in values.enumerated() {
            let count = try recordable(counts.isEmpty ? 1 : counts[index], "\(path)Counts.member.\(index + 1)")
            guard count > 0 else { throw notValid(count, "\(path)Counts.member.\(index + 1)") }
            found.append((try recordable(value, "\(path)Values.member.\(index + 1)"), count))
        }
        return found
    }

    private static func set(of item: RequestMembers) throws(AWSError) -> MetricSummary? {
        guard let set = try item.structure("StatisticValues") else { return nil }
        func number(_ name: String) throws(AWSError) -> Double {
            guard let number = try set.number(name) else { throw CloudWatchError.missing(set.path + name) }
            return try recordable(number, set.path + name)
        }
        let (count, sum) = (try number("SampleCount"), try number("Sum"))
        let (minimum, maximum) = (try number("Minimum"), try number("Maximum"))
        guard count > 0 else { throw notValid(count, "\(set.path)SampleCount") }
        guard minimum <= maximum else {
            throw CloudWatchError.invalid(
                "The parameter \(set.path)Maximum must be greater than \(set.path)Minimum.")
        }
        return MetricSummary(sampleCount: count, sum: sum, minimum: minimum, maximum: maximum)
    }

    private static func recordable(_ value: Double, _ path: String) throws(AWSError) -> Double {
        guard isRecordable(value) else { throw notValid(value, path) }
        return value
    }

    private static func notValid(_ value: Double, _ path: String) -> AWSError {
        let text = value.isNaN ? "NaN" : value.isInfinite ? (value < 0 ? "-Infinity" : "Infinity") : "\(value)"
        return CloudWatchError.invalid("The value \(text) for parameter \(path) is invalid.")
    }
}
