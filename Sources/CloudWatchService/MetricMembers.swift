// SPDX-License-Identifier: Apache-2.0
import AWSWire

/// What several operations are told in the same way.
extension CloudWatchService {
    /// A namespace: 1 to 255 characters, the first of which is no colon.
    static func namespace(of request: RequestMembers) throws(AWSError) -> String {
        let namespace = try short(try request.required("Namespace"), request.path + "Namespace")
        guard !namespace.hasPrefix(":") else {
            throw CloudWatchError.invalid("The value \(namespace) for parameter Namespace is invalid.")
        }
        return namespace
    }

    static func metricName(of request: RequestMembers) throws(AWSError) -> String {
        try short(try request.required("MetricName"), request.path + "MetricName")
    }

    /// At most 30, each with a name and a value.
    static func dimensions(of request: RequestMembers) throws(AWSError) -> [MetricIdentity.Dimension] {
        let items = try request.structures("Dimensions")
        guard items.count <= 30 else {
            throw CloudWatchError.invalid(
                "The collection \(request.path)Dimensions must not have a size greater than 30.")
        }
        var dimensions: [MetricIdentity.Dimension] = []
        var names: Set<String> = []
        for item in items {
            let name = try short(try item.required("Name"), "\(item.path)Name")
            let value = try short(try item.required("Value"), "\(item.path)Value", most: 1024)
            guard names.insert(name).inserted else {
                throw CloudWatchError.invalid("The parameter \(item.path)Name is given twice: \(name).")
            }
            dimensions.append(MetricIdentity.Dimension(name: name, value: value))
        }
        return dimensions
    }

    static func unit(of request: RequestMembers) throws(AWSError) -> MetricUnit? {
        guard let text = try request.text("Unit") else { return nil }
        guard let unit = MetricUnit(rawValue: text) else {
            let all = MetricUnit.allCases.map(\.rawValue).joined(separator: ", ")
            throw CloudWatchError.invalid("The parameter \(request.path)Unit must be a value in the set [ \(all) ].")
        }
        return unit
    }

    static func document(_ identity: MetricIdentity) -> WireValue {
        let dimensions = identity.dimensions.map { dimension in
            WireValue.structure([("Name", .text(dimension.name)), ("Value", .text(dimension.value))])
        }
        return .structure([
            ("Namespace", .text(identity.namespace)), ("MetricName", .text(identity.name)),
            ("Dimensions", .list(dimensions)),
        ])
    }

    private static func short(_ text: String, _ path: String, most: Int = 255) throws(AWSError) -> String {
        guard text.unicodeScalars.count <= most else {
            throw CloudWatchError.invalid("The parameter \(path) must be shorter than \(most + 1) characters.")
        }
        return text
    }
}
