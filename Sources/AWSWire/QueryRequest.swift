// SPDX-License-Identifier: Apache-2.0

/// A request of the query protocol: a form whose flat names (`Attributes.entry.1.key`) spell out lists and maps.
///
/// The form comes from a POST body, or from the query of a GET.
public struct QueryRequest: Sendable {
    /// `Publish`, …; nil when the request names none.
    public let action: String?
    /// The API version that the client speaks, `2010-03-31` for SNS.
    public let version: String?
    /// All parameters, `Action` and `Version` among them.
    public let parameters: QueryParameters

    /// Reads a form, or the query of a GET.
    public init(form: some StringProtocol) {
        parameters = QueryParameters(QueryString(parsing: form))
        action = parameters["Action"]
        version = parameters["Version"]
    }

    /// Reads the body of a POST.
    public init(form: [UInt8]) {
        self.init(form: String(decoding: form, as: UTF8.self))
    }
}

/// The parameters below one point of a ``QueryRequest``.
public struct QueryParameters: Sendable, Equatable {
    /// What stands at this point itself: the value of a list member, say.
    public private(set) var value: String?
    private var children: [String: QueryParameters] = [:]

    /// How deep names may nest: no AWS operation comes near it.
    private static let depthLimit = 16

    init(_ form: QueryString) {
        for parameter in form.parameters {
            let parts = parameter.name.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count <= Self.depthLimit else { continue }
            insert(parts[...], parameter.value)
        }
    }

    private init() {}

    private mutating func insert(_ path: ArraySlice<Substring>, _ text: String) {
        guard let head = path.first else {
            // The first of several parameters with one name counts.
            if value == nil { value = text }
            return
        }
        children[String(head), default: QueryParameters()].insert(path.dropFirst(), text)
    }

    /// A parameter of this point.
    public subscript(_ name: String) -> String? { children[name]?.value }

    /// The structure below a name; nil when nothing was sent for it.
    public func structure(_ name: String) -> QueryParameters? { children[name] }

    /// The members of a list, `Name.member.1`, `Name.member.2`, …, by their numbers.
    public func list(_ name: String) -> [QueryParameters] {
        children[name]?.children["member"]?.numbered ?? []
    }

    /// The members of a flattened list, `Name.1`, `Name.2`, …, by their numbers.
    public func flattenedList(_ name: String) -> [QueryParameters] {
        children[name]?.numbered ?? []
    }

    /// The entries of a map, `Name.entry.1.key` with `Name.entry.1.value`, by their numbers.
    ///
    /// - Parameters:
    ///   - key: what the service calls the key: `key`, or `Name` for SNS's message attributes.
    ///   - value: what it calls the value.
    public func map(
        _ name: String, key: String = "key", value: String = "value"
    ) -> [(key: String, value: QueryParameters)] {
        (children[name]?.children["entry"]?.numbered ?? []).compactMap { entry in
            guard let entryKey = entry[key] else { return nil }
            return (entryKey, entry.children[value] ?? QueryParameters())
        }
    }

    private var numbered: [QueryParameters] {
        children.compactMap { name, child in Int(name).map { ($0, child) } }.sorted { $0.0 < $1.0 }.map(\.1)
    }
}
