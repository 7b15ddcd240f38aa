// SPDX-License-Identifier: Apache-2.0

extension JSONValue {
    /// The values that a path finds, in order, with their places.
    public func nodes(at path: JSONPath) -> [JSONNode] {
        JSONPathEvaluation(root: self).nodes(of: path.query, at: self)
    }

    /// The values that a path finds, in order.
    public func values(at path: JSONPath) -> [JSONValue] {
        nodes(at: path).map(\.value)
    }

    /// The value at a place; nil when there is none.
    public subscript(_ location: JSONLocation) -> JSONValue? {
        location.steps.reduce(self as JSONValue?) { value, step in
            switch (value, step) {
            case (.object(let members)?, .name(let name)): members[name]
            case (.array(let items)?, .index(let index)): items.indices.contains(index) ? items[index] : nil
            default: nil
            }
        }
    }

    /// Replaces every value that a path finds: what is redacted, say.
    ///
    /// Where one found value is within another, the outer one is replaced first, and the inner one if it is left.
    public mutating func replace(at path: JSONPath, with replacement: (JSONValue) -> JSONValue) {
        for node in nodes(at: path) {
            change(node.location.steps[...]) { $0 = replacement($0) }
        }
    }

    /// Sets the value at a path.
    ///
    /// A path of names and indexes makes the members that are missing on its way, and appends an item where the index
    /// is the array's count. A path that can find several values sets all that it finds.
    ///
    /// - Throws: ``JSONPathError`` when there is nowhere to put the value.
    public mutating func set(_ value: JSONValue, at path: JSONPath) throws(JSONPathError) {
        if let location = path.onlyLocation {
            guard put(value, at: location.steps[...]) else {
                throw JSONPathError(path: path.description, position: 0, reason: "nothing can be set there")
            }
        } else {
            guard !nodes(at: path).isEmpty else {
                throw JSONPathError(path: path.description, position: 0, reason: "nothing is there to be set")
            }
            replace(at: path) { _ in value }
        }
    }

    private mutating func change(_ steps: ArraySlice<JSONLocation.Step>, _ body: (inout JSONValue) -> Void) {
        guard let step = steps.first else { return body(&self) }
        switch (self, step) {
        case (.object(var members), .name(let name)):
            self = .null
            members[name]?.change(steps.dropFirst(), body)
            self = .object(members)
        case (.array(var items), .index(let index)) where items.indices.contains(index):
            self = .null
            items[index].change(steps.dropFirst(), body)
            self = .array(items)
        default: break
        }
    }

    private mutating func put(_ value: JSONValue, at steps: ArraySlice<JSONLocation.Step>) -> Bool {
        guard let step = steps.first else {
            self = value
            return true
        }
        switch (self, step) {
        case (.object(var members), .name(let name)):
            guard members[name, default: .null].put(value, at: steps.dropFirst()) else { return false }
            self = .object(members)
        case (.array(var items), .index(let index)) where index <= items.count:
            if index == items.count { items.append(.null) }
            guard items[index].put(value, at: steps.dropFirst()) else { return false }
            self = .array(items)
        case (.null, .name):
            self = .object([:])
            return put(value, at: steps)
        case (.null, .index(0)):
            self = .array([])
            return put(value, at: steps)
        default: return false
        }
        return true
    }
}

/// A value for a path, as the command line has it: `path=value`.
public struct JSONAssignment: Sendable {
    /// Where the value goes.
    public let path: JSONPath
    /// What goes there.
    public let value: JSONValue

    /// Reads `path=value`: the path may lack its `$`, the value is JSON, or else the text itself.
    ///
    /// - Throws: ``JSONPathError`` with the position of what is wrong.
    public init(_ text: String) throws(JSONPathError) {
        var parser = JSONPathParser(JSONPath.completed(text))
        let query = try parser.query()
        let path = parser.string(from: 0)
        guard parser.take("=") else { throw parser.wrong("'=' and a value are expected") }
        self.path = JSONPath(query: query, description: path)
        let start = parser.position
        parser.position = parser.scalars.count
        let value = parser.string(from: start)
        self.value = JSONValue(parsing: value) ?? .string(value)
    }
}
