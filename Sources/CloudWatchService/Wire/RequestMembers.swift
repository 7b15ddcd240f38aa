// SPDX-License-Identifier: Apache-2.0
import AWSWire
import JSON

/// The members of a request or of a structure in it, read as what they should be, in whichever protocol they came.
///
/// An error names the member with its place in the request, `MetricData.member.1.Value` for one.
struct RequestMembers {
    private enum Source {
        case tree([String: JSONValue])
        case form(QueryParameters)
    }

    /// The year 9999 ends here, in milliseconds since 1970.
    private static let latest = 253_402_300_799_999.0

    private let source: Source
    /// Empty, or with a dot at its end.
    let path: String

    init(_ tree: [String: JSONValue], path: String = "") {
        source = .tree(tree)
        self.path = path
    }

    init(_ form: QueryParameters, path: String = "") {
        source = .form(form)
        self.path = path
    }

    /// Whether there is something of that name.
    func has(_ name: String) -> Bool {
        switch source {
        case .tree(let tree): tree[name].map { $0 != .null } ?? false
        case .form(let form): form.structure(name) != nil
        }
    }

    // MARK: Single values

    func text(_ name: String) throws(AWSError) -> String? {
        switch source {
        case .tree(let tree): try Self.text(tree[name], path + name)
        case .form(let form): form[name]
        }
    }

    /// - Throws: `MissingParameter` for no text or an empty one.
    func required(_ name: String) throws(AWSError) -> String {
        guard let text = try text(name), !text.isEmpty else { throw CloudWatchError.missing(path + name) }
        return text
    }

    func number(_ name: String) throws(AWSError) -> Double? {
        switch source {
        case .tree(let tree): try Self.number(tree[name], path + name)
        case .form(let form): try form[name].map { text throws(AWSError) in try Self.number(text, path + name) }
        }
    }

    /// A number of 32 bits, as all whole numbers of this API are.
    func integer(_ name: String) throws(AWSError) -> Int64? {
        guard let number = try number(name) else { return nil }
        guard let whole = Int32(exactly: number) else { throw Self.wrong(path + name) }
        return Int64(whole)
    }

    func flag(_ name: String) throws(AWSError) -> Bool? {
        switch source {
        case .tree(let tree):
            switch tree[name] {
            case .bool(let value): return value
            case nil, .null: return nil
            default: throw Self.wrong(path + name)
            }
        case .form(let form):
            switch form[name] {
            case "true": return true
            case "false": return false
            case nil: return nil
            default: throw Self.wrong(path + name)
            }
        }
    }

    /// A moment in milliseconds since 1970.
    func moment(_ name: String) throws(AWSError) -> Int64? {
        if case .form(let form) = source {
            guard let text = form[name] else { return nil }
            guard let moment = ISO8601.parse(text) else { throw Self.wrong(path + name) }
            return moment
        }
        guard let seconds = try number(name) else { return nil }
        let milliseconds = (seconds * 1000).rounded()
        guard abs(milliseconds) <= Self.latest else { throw Self.wrong(path + name) }
        return Int64(milliseconds)
    }

    // MARK: Lists and structures

    func texts(_ name: String) throws(AWSError) -> [String] {
        try each(name) { value, path throws(AWSError) in
            guard let text = try Self.text(value, path) else { throw Self.wrong(path) }
            return text
        } form: { parameters, path throws(AWSError) in
            guard let text = parameters.value else { throw Self.wrong(path) }
            return text
        }
    }

    func numbers(_ name: String) throws(AWSError) -> [Double] {
        try each(name) { value, path throws(AWSError) in
            guard let number = try Self.number(value, path) else { throw Self.wrong(path) }
            return number
        } form: { parameters, path throws(AWSError) in
            try Self.number(parameters.value ?? "", path)
        }
    }

    func structures(_ name: String) throws(AWSError) -> [RequestMembers] {
        try each(name) { value, path throws(AWSError) in
            guard case .object(let members) = value else { throw Self.wrong(path) }
            return RequestMembers(members, path: path + ".")
        } form: { parameters, path throws(AWSError) in
            RequestMembers(parameters, path: path + ".")
        }
    }

    func structure(_ name: String) throws(AWSError) -> RequestMembers? {
        let path = path + name
        switch source {
        case .tree(let tree):
            switch tree[name] {
            case .object(let members): return RequestMembers(members, path: path + ".")
            case nil, .null: return nil
            default: throw Self.wrong(path)
            }
        case .form(let form): return form.structure(name).map { RequestMembers($0, path: path + ".") }
        }
    }

    /// Refuses members that would have no effect here.
    func refuse(_ names: String...) throws(AWSError) {
        for name in names where has(name) {
            throw CloudWatchError.invalid("The parameter \(path)\(name) is not supported by Martlet.")
        }
    }

    private func each<Element>(
        _ name: String, tree read: (JSONValue, String) throws(AWSError) -> Element,
        form readForm: (QueryParameters, String) throws(AWSError) -> Element
    ) throws(AWSError) -> [Element] {
        var elements: [Element] = []
        switch source {
        case .tree(let tree):
            guard let value = tree[name], value != .null else { return [] }
            guard case .array(let items) = value else { throw Self.wrong(path + name) }
            for (index, item) in items.enumerated() {
                elements.append(try read(item, "\(path)\(name).member.\(index + 1)"))
            }
        case .form(let form):
            for (index, item) in form.list(name).enumerated() {
                elements.append(try readForm(item, "\(path)\(name).member.\(index + 1)"))
            }
        }
        return elements
    }

    // MARK: Kinds

    private static func text(_ value: JSONValue?, _ path: String) throws(AWSError) -> String? {
        switch value {
        case .string(let text): return text
        case nil, .null: return nil
        default: throw wrong(path)
        }
    }

    private static func number(_ value: JSONValue?, _ path: String) throws(AWSError) -> Double? {
        switch value {
        case nil, .null: return nil
        // How JSON spells what it has no number for.
        case .string(let text): return try number(text, path)
        default:
            guard let number = value?.double else { throw wrong(path) }
            return number
        }
    }

    private static func number(_ text: String, _ path: String) throws(AWSError) -> Double {
        guard let number = Double(text) else { throw wrong(path) }
        return number
    }

    private static func wrong(_ path: String) -> AWSError {
        AWSError("SerializationException", "The value of \(path) is of a wrong kind.", status: 400)
    }
}
