// SPDX-License-Identifier: Apache-2.0
import AWSWire

extension CloudWatchService {
    private static let mostDatapoints: Int64 = 1440

    func getMetricStatistics(_ request: RequestMembers) throws(AWSError) -> WireValue {
        let identity = MetricIdentity(
            namespace: try Self.namespace(of: request), name: try Self.metricName(of: request),
            dimensions: try Self.dimensions(of: request))
        let window = try window(of: request)
        let unit = try Self.unit(of: request)
        let basic = try Self.basicStatistics(of: request)
        let extended = try Self.extendedStatistics(of: request)
        guard basic.isEmpty != extended.isEmpty else {
            throw CloudWatchError.combination(
                basic.isEmpty
                    ? "Must specify either Statistics or ExtendedStatistics"
                    : "Statistics and ExtendedStatistics are mutually exclusive and you have specified both.")
        }
        let metric = store.find(identity)
        metric?.expire(now: now / 1000)
        var datapoints: [WireValue] = []
        for (kept, series) in metric?.series ?? [] where unit == nil || unit == kept {
            for (start, summary) in series.summaries(of: window) {
                guard let point = Self.datapoint(start, summary, kept, basic, extended) else { continue }
                datapoints.append(point)
            }
        }
        return .structure([("Label", .text(identity.name)), ("Datapoints", .list(datapoints))])
    }

    private func window(of request: RequestMembers) throws(AWSError) -> MetricWindow {
        guard let start = try request.moment("StartTime") else { throw CloudWatchError.missing("StartTime") }
        guard let end = try request.moment("EndTime") else { throw CloudWatchError.missing("EndTime") }
        guard let period = try request.integer("Period") else { throw CloudWatchError.missing("Period") }
        guard MetricWindow.isPeriod(period) else {
            throw CloudWatchError.invalid(
                "The parameter Period must be 1, 5, 10, 20, 30, or a multiple of 60.")
        }
        guard start < end else { throw CloudWatchError.startAfterEnd }
        let window = MetricWindow(start: start, end: end, period: period, now: now)
        let asked = (end - start) / 1000 / period
        guard asked <= Self.mostDatapoints else {
            throw CloudWatchError.combination(
                "You have requested up to \(Self.grouped(asked)) datapoints, which exceeds the limit of "
                    + "\(Self.grouped(Self.mostDatapoints)). You may reduce the datapoints requested by increasing "
                    + "Period, or decreasing the time range.")
        }
        return window
    }

    private static func basicStatistics(of request: RequestMembers) throws(AWSError) -> [(String, Statistic)] {
        var found: [(String, Statistic)] = []
        for (index, name) in try request.texts("Statistics").enumerated() {
            guard let statistic = Statistic(basic: name) else {
                throw CloudWatchError.invalid(
                    "The parameter Statistics.member.\(index + 1) must be a value in the set "
                        + "[ SampleCount, Average, Sum, Minimum, Maximum ].")
            }
            if !found.contains(where: { $0.0 == name }) { found.append((name, statistic)) }
        }
        return found
    }

    private static func extendedStatistics(of request: RequestMembers) throws(AWSError) -> [(String, Statistic)] {
        let names = try request.texts("ExtendedStatistics")
        guard names.count <= 10 else {
            throw CloudWatchError.invalid("The collection ExtendedStatistics must not have a size greater than 10.")
        }
        var found: [(String, Statistic)] = []
        for (index, name) in names.enumerated() {
            guard let statistic = Statistic(extended: name) else {
                throw CloudWatchError.invalid(
                    "The value \(name) for parameter ExtendedStatistics.member.\(index + 1) is invalid.")
            }
            if !found.contains(where: { $0.0 == name }) { found.append((name, statistic)) }
        }
        return found
    }

    private static func datapoint(
        _ start: Int64, _ summary: MetricSummary, _ unit: MetricUnit, _ basic: [(String, Statistic)],
        _ extended: [(String, Statistic)]
    ) -> WireValue? {
        var members: [(name: String, value: WireValue)] = [("Timestamp", .moment(start))]
        for (name, statistic) in basic {
            if let value = statistic.value(of: summary) { members.append((name, .number(value))) }
        }
        members.append(("Unit", .text(unit.rawValue)))
        guard !extended.isEmpty else { return .structure(members) }
        var values: [(name: String, value: WireValue)] = []
        for (name, statistic) in extended {
            if let value = statistic.value(of: summary) { values.append((name, .number(value))) }
        }
        guard !values.isEmpty else { return nil }
        members.append(("ExtendedStatistics", .map(values)))
        return .structure(members)
    }

    /// `43,200` for 43200.
    private static func grouped(_ number: Int64) -> String {
        var text = ""
        for (index, digit) in String(number).reversed().enumerated() {
            if index > 0, index.isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return String(text.reversed())
    }
}
