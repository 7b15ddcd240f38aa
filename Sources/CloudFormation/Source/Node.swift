// SPDX-License-Identifier: Apache-2.0

/// A value of a template, and where in the text it begins.
///
/// It is what the evaluation works on, whatever the text was written in. Decoders of the standard library give values
/// without positions, and a message without a position is of little use in a template of two thousand lines.
struct Node: Sendable {
    enum Value: Sendable {
        case null
        case bool(Bool)
        /// As it was written: `128`, `1e3`. Whoever needs a number says of which kind.
        case number(String)
        case text(String)
        case list([Node])
        case object([Member])
    }

    struct Member: Sendable {
        var key: String
        var keyOffset: Int
        var value: Node
    }

    var value: Value
    /// In bytes from the beginning of the text.
    var offset: Int
}

extension Node {
    /// The members of an object, nil for other values.
    var members: [Member]? {
        guard case .object(let members) = value else { return nil }
        return members
    }

    /// The items of a list, nil for other values.
    var items: [Node]? {
        guard case .list(let items) = value else { return nil }
        return items
    }

    /// A scalar as text; numbers and booleans count, as CloudFormation takes `"128"` and `128` alike.
    var scalar: String? {
        switch value {
        case .text(let text), .number(let text): text
        case .bool(let flag): flag ? "true" : "false"
        case .null, .list, .object: nil
        }
    }

    /// What kind of value it is, for messages.
    var kind: String {
        switch value {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .text: "a string"
        case .list: "a list"
        case .object: "an object"
        }
    }

    subscript(_ key: String) -> Node? {
        members?.first { $0.key == key }?.value
    }

    /// An object that no text stands for, placed where what asked for it stands.
    static func object(_ members: KeyValuePairs<String, Node>, at offset: Int) -> Node {
        Node(value: .object(members.map { Member(key: $0.key, keyOffset: offset, value: $0.value) }), offset: offset)
    }

    static func text(_ text: String, at offset: Int) -> Node {
        Node(value: .text(text), offset: offset)
    }
}

/// The way from the document to a value.
struct Path: Sendable, Equatable, CustomStringConvertible {
    private(set) var description: String

    init(_ description: String = "") {
        self.description = description
    }

    func member(_ key: String) -> Path {
        Path(description.isEmpty ? key : "\(description).\(key)")
    }

    func item(_ index: Int) -> Path {
        Path("\(description)[\(index)]")
    }
}

/// A value and the way to it.
struct Located: Sendable {
    var node: Node
    var path: Path

    func fault(_ message: String) -> Fault {
        Fault(offset: node.offset, path: path, message: message)
    }
}

/// One thing that is wrong with a template, at a place of its text.
struct Fault: Error {
    var offset: Int
    var path: Path = Path()
    var message: String
}
