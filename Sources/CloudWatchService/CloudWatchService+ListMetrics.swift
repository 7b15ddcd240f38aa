// SPDX-License-Identifier: Apache-2.0
import AWSWire

extension CloudWatchService {
    private static let pageSize = 500
    private static let twoWeeks: Int64 = 14 * 86_400
    private static let threeHours: Int64 = 3 * 3600

    /// What is asked for, each part only if it is given.
    private struct Filter {
        var namespace: String?
        var name: String?
        var dimensions: [(name: String, value: String?)]

        func matches(_ identity: MetricIdentity) -> Bool {
            if let namespace, namespace != identity.namespace { return false }
            if let name, name != identity.name { return false }
            return dimensions.allSatisfy { wanted in
                identity.dimensions.contains { $0.name == wanted.name && wanted.value ?? $0.value == $0.value }
            }
        }
    }

    func listMetrics(_ request: RequestMembers) throws(AWSError) -> WireValue {
        try request.refuse("OwningAccount")
        if try request.flag("IncludeLinkedAccounts") == true { try request.refuse("IncludeLinkedAccounts") }
        let filter = try Self.filter(of: request)
        var oldest = now / 1000 - Self.twoWeeks
        if let activity = try request.text("RecentlyActive") {
            guard activity == "PT3H" else {
                throw CloudWatchError.invalid("The parameter RecentlyActive must be a value in the set [ PT3H ].")
            }
            oldest = now / 1000 - Self.threeHours
        }
        let after = try Self.position(of: request)
        var found: [StoredMetric] = []
        var hasMore = false
        for metric in store.metrics where metric.number > after && metric.latest >= oldest {
            guard filter.matches(metric.identity) else { continue }
            guard found.count < Self.pageSize else {
                hasMore = true
                break
            }
            found.append(metric)
        }
        var members: [(name: String, value: WireValue)] = [
            ("Metrics", .list(found.map { Self.document($0.identity) }))
        ]
        if hasMore, let last = found.last { members.append(("NextToken", .text("m\(last.number)"))) }
        return .structure(members)
    }

    private static func filter(of request: RequestMembers) throws(AWSError) -> Filter {
        let items = try request.structures("Dimensions")
        guard items.count <= 10 else {
            throw CloudWatchError.invalid("The collection Dimensions must not have a size greater than 10.")
        }
        var dimensions: [(name: String, value: String?)] = []
        for item in items { dimensions.append((try item.required("Name"), try item.text("Value"))) }
        return Filter(
            namespace: try request.text("Namespace"), name: try request.text("MetricName"), dimensions: dimensions)
    }

    /// The number of the metric that the page before ended with.
    private static func position(of request: RequestMembers) throws(AWSError) -> Int {
        guard let token = try request.text("NextToken") else { return 0 }
        guard token.hasPrefix("m"), let number = Int(token.dropFirst()) else {
            throw CloudWatchError.invalid("The value \(token) for parameter NextToken is invalid.")
        }
        return number
    }
}
