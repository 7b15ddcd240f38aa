// SPDX-License-Identifier: Apache-2.0
import AWSWire

extension CloudWatchService {
    private static let mostQueries = 500
    private static let mostDatapoints = 100_800

    /// One query of a request, checked.
    private struct Query {
        var id: String
        var label: String
        var identity: MetricIdentity
        var statistic: Statistic
        var unit: MetricUnit?
        var window: MetricWindow
        var isReturned: Bool
    }

    /// The data that a query found, in the order that was asked for.
    private struct Result {
        var query: Query
        var points: [(moment: Int64, value: Double)]
    }

    func getMetricData(_ request: RequestMembers) throws(AWSError) -> WireValue {
        let queries = try queries(of: request)
        let most = try Self.mostDatapoints(of: request)
        let isAscending = try Self.isAscending(request)
        let offset = try Self.offset(of: request)
        var results: [Result] = []
        for query in queries where query.isReturned {
            results.append(Result(query: query, points: points(of: query, isAscending: isAscending)))
        }
        return Self.page(of: results, from: offset, most)
    }

    private func points(of query: Query, isAscending: Bool) -> [(moment: Int64, value: Double)] {
        guard let metric = store.find(query.identity) else { return [] }
        metric.expire(now: now / 1000)
        var summaries: [Int64: MetricSummary] = [:]
        for (unit, series) in metric.series where query.unit == nil || query.unit == unit {
            for (start, summary) in series.summaries(of: query.window) {
                if summaries[start]?.merge(summary) == nil { summaries[start] = summary }
            }
        }
        let points = summaries.compactMap { start, summary in
            query.statistic.value(of: summary).map { (moment: start, value: $0) }
        }
        return points.sorted { isAscending ? $0.moment < $1.moment : $0.moment > $1.moment }
    }

    // MARK: Pages

    /// As many datapoints as a page may have, from a position in all of them on.
    private static func page(of results: [Result], from offset: Int, _ most: Int) -> WireValue {
        let total = results.reduce(0) { $0 + $1.points.count }
        let page = min(offset, total)..<min(offset + most, total)
        var documents: [WireValue] = []
        var first = 0
        for result in results {
            let own = first..<(first + result.points.count)
            first = own.upperBound
            let shown = result.points.dropFirst(max(0, page.lowerBound - own.lowerBound)).prefix(
                max(0, page.upperBound - max(own.lowerBound, page.lowerBound)))
            // What has no data at all is told on the first page.
            guard !shown.isEmpty || (own.isEmpty && offset == 0) else { continue }
            documents.append(document(result, shown, isPartial: own.upperBound > page.upperBound && !own.isEmpty))
        }
        var members: [(name: String, value: WireValue)] = [("MetricDataResults", .list(documents))]
        if page.upperBound < total { members.append(("NextToken", .text("d\(page.upperBound)"))) }
        members.append(("Messages", .list([])))
        return .structure(members)
    }

    private static func document(
        _ result: Result, _ points: ArraySlice<(moment: Int64, value: Double)>, isPartial: Bool
    ) -> WireValue {
        .structure([
            ("Id", .text(result.query.id)), ("Label", .text(result.query.label)),
            ("Timestamps", .list(points.map { .moment($0.moment) })),
            ("Values", .list(points.map { .number($0.value) })),
            ("StatusCode", .text(isPartial ? "PartialData" : "Complete")),
        ])
    }

    // MARK: Reading

    private func queries(of request: RequestMembers) throws(AWSError) -> [Query] {
        try request.refuse("LabelOptions")
        let items = try request.structures("MetricDataQueries")
        guard !items.isEmpty else { throw CloudWatchError.validation("The parameter MetricDataQueries is required.") }
        guard items.count <= Self.mostQueries else {
            throw CloudWatchError.validation(
                "The collection MetricDataQueries must not have a size greater than \(Self.mostQueries).")
        }
        guard let start = try request.moment("StartTime"), let end = try request.moment("EndTime") else {
            throw CloudWatchError.validation("The parameters StartTime and EndTime are required.")
        }
        guard start != end else {
            throw CloudWatchError.validation("The parameter StartTime must not equal parameter EndTime.")
        }
        guard start < end else {
            throw CloudWatchError.validation("The parameter EndTime must be greater than StartTime.")
        }
        var queries: [Query] = []
        var ids: Set<String> = []
        for item in items {
            let query = try query(item, start: start, end: end)
            guard ids.insert(query.id).inserted else {
                throw CloudWatchError.validation("The values for parameter id in MetricDataQueries are not unique.")
            }
            queries.append(query)
        }
        return queries
    }

    private func query(_ item: RequestMembers, start: Int64, end: Int64) throws(AWSError) -> Query {
        let id = try Self.id(of: item)
        try item.refuse("AccountId")
        let path = "\(item.path)MetricStat"
        if try item.text("Expression") != nil {
            throw CloudWatchError.validation(
                "Error in expression '\(id)': metric math and Metrics Insights are not supported by Martlet.")
        }
        guard let stat = try item.structure("MetricStat"), let metric = try stat.structure("Metric") else {
            throw CloudWatchError.validation(
                "The parameter \(item.path)Expression or \(path) must be specified.")
        }
        guard !item.has("Period") else {
            throw CloudWatchError.validation(
                CloudWatchError.exclusive("\(item.path)Period", path).message)
        }
        guard let period = try stat.integer("Period"), MetricWindow.isPeriod(period) else {
            throw CloudWatchError.validation(
                "The parameter \(path).Period must be 1, 5, 10, 20, 30, or a multiple of 60.")
        }
        guard let statistic = Statistic(try stat.text("Stat") ?? "") else {
            throw CloudWatchError.validation("The value for parameter \(path).Stat is not a valid statistic.")
        }
        let identity = MetricIdentity(
            namespace: try Self.namespace(of: metric), name: try Self.metricName(of: metric),
            dimensions: try Self.dimensions(of: metric))
        return Query(
            id: id, label: try item.text("Label") ?? identity.name, identity: identity, statistic: statistic,
            unit: try Self.unit(of: stat), window: MetricWindow(start: start, end: end, period: period, now: now),
            isReturned: try item.flag("ReturnData") ?? true)
    }

    /// Letters, digits and `_`, the first a lower-case letter.
    private static func id(of item: RequestMembers) throws(AWSError) -> String {
        let id = try item.text("Id") ?? ""
        let isValid =
            id.utf8.count <= 255 && id.utf8.first.map { (97...122).contains($0) } ?? false
            && id.utf8.allSatisfy {
                (97...122).contains($0) || (65...90).contains($0) || (48...57).contains($0) || $0 == 95
            }
        guard isValid else {
            throw CloudWatchError.validation(
                "The value \(id) is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.")
        }
        return id
    }

    private static func mostDatapoints(of request: RequestMembers) throws(AWSError) -> Int {
        guard let most = try request.integer("MaxDatapoints") else { return mostDatapoints }
        guard (1...Int64(mostDatapoints)).contains(most) else {
            throw CloudWatchError.validation("The parameter MaxDatapoints must be between 1 and \(mostDatapoints).")
        }
        return Int(most)
    }

    private static func isAscending(_ request: RequestMembers) throws(AWSError) -> Bool {
        switch try request.text("ScanBy") {
        case nil, "TimestampDescending": return false
        case "TimestampAscending": return true
        default:
            throw CloudWatchError.validation(
                "The parameter ScanBy must be a value in the set [ TimestampDescending, TimestampAscending ].")
        }
    }

    private static func offset(of request: RequestMembers) throws(AWSError) -> Int {
        guard let token = try request.text("NextToken") else { return 0 }
        guard token.hasPrefix("d"), let offset = Int32(token.dropFirst()), offset >= 0 else {
            throw CloudWatchError.badToken
        }
        return Int(offset)
    }
}
