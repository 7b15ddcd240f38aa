// SPDX-License-Identifier: Apache-2.0
import CLibyaml

/// Reads YAML 1.1 into ``Node``s, by libyaml's events.
///
/// The short forms of functions are tags: `!Sub text` is `{"Fn::Sub": text}`. Anchors, aliases and merge keys are
/// resolved, which CloudFormation leaves to the tools that upload a template.
/// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
struct YAMLReader {
    static let maximumDepth = 100
    /// Aliases can make a short text a large value: how many values there may be in all.
    static let maximumNodes = 100_000

    private struct Anchored {
        var node: Node
        /// How many values it is made of.
        var count: Int
    }

    private let events: YAMLEvents
    private var anchors: [String: Anchored] = [:]
    private var depth = 0
    private var nodes = 0

    private init(_ text: TemplateText) {
        events = YAMLEvents(text.bytes)
    }

    /// Reads the one document of a text.
    static func read(_ text: TemplateText) throws(Fault) -> Node {
        var reader = YAMLReader(text)
        guard case .documentStart = try reader.events.next().kind else {
            throw Fault(offset: 0, message: "the template is empty")
        }
        let node = try reader.value(reader.events.next())
        _ = try reader.events.next()
        let end = try reader.events.next()
        guard case .streamEnd = end.kind else {
            throw Fault(offset: end.offset, message: "a template is one document, here a second one begins")
        }
        return node
    }

    private mutating func value(_ event: YAMLEvents.Event) throws(Fault) -> Node {
        let first = nodes
        try count(1, at: event.offset)
        let node: Node
        switch event.kind {
        case .alias(let name):
            guard let anchored = anchors[name] else {
                throw Fault(offset: event.offset, message: "no anchor &\(name) stands before this")
            }
            try count(anchored.count, at: event.offset)
            return anchored.node
        case .scalar(let text, let isPlain):
            let isText = !isPlain || event.tag == "!" || event.tag == "\(YAMLTag.core)str"
            node = Node(value: isText ? .text(text) : YAMLTag.scalar(text), offset: event.offset)
        case .sequenceStart:
            node = Node(value: .list(try items(event)), offset: event.offset)
        case .mappingStart:
            node = Node(value: .object(try members(event)), offset: event.offset)
        case .sequenceEnd, .mappingEnd, .documentStart, .documentEnd, .streamEnd:
            throw Fault(offset: event.offset, message: "expected a value")
        }
        let tagged = try YAMLTag.apply(event.tag, to: node)
        if let anchor = event.anchor { anchors[anchor] = Anchored(node: tagged, count: nodes - first) }
        return tagged
    }

    private mutating func count(_ added: Int, at offset: Int) throws(Fault) {
        nodes += added
        guard nodes <= Self.maximumNodes else {
            throw Fault(offset: offset, message: "the template has more than \(Self.maximumNodes) values")
        }
    }

    private mutating func descend(at offset: Int) throws(Fault) {
        depth += 1
        guard depth <= Self.maximumDepth else {
            throw Fault(offset: offset, message: "values are nested deeper than \(Self.maximumDepth) levels")
        }
    }

    private mutating func items(_ start: YAMLEvents.Event) throws(Fault) -> [Node] {
        try descend(at: start.offset)
        defer { depth -= 1 }
        var items: [Node] = []
        while true {
            let event = try events.next()
            if case .sequenceEnd = event.kind { return items }
            items.append(try value(event))
        }
    }

    private mutating func members(_ start: YAMLEvents.Event) throws(Fault) -> [Node.Member] {
        try descend(at: start.offset)
        defer { depth -= 1 }
        var members: [Node.Member] = []
        var keys: Set<String> = []
        var merged: [Node.Member] = []
        while true {
            let event = try events.next()
            if case .mappingEnd = event.kind { break }
            guard case .scalar(let key, let isPlain) = event.kind else {
                throw Fault(offset: event.offset, message: "a key is a string")
            }
            let value = try value(try events.next())
            if key == "<<", isPlain {
                merged += try Self.merged(value)
                continue
            }
            guard keys.insert(key).inserted else {
                throw Fault(offset: event.offset, message: "the key \"\(key)\" stands twice in this object")
            }
            members.append(Node.Member(key: key, keyOffset: event.offset, value: value))
        }
        // What an object says itself wins, then what was merged first. https://yaml.org/type/merge.html
        for member in merged where keys.insert(member.key).inserted { members.append(member) }
        return members
    }

    private static func merged(_ value: Node) throws(Fault) -> [Node.Member] {
        var members: [Node.Member] = []
        for item in value.items ?? [value] {
            guard let more = item.members else {
                throw Fault(offset: item.offset, message: "<< merges objects, this is \(item.kind)")
            }
            members += more
        }
        return members
    }
}
