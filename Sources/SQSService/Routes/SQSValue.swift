// SPDX-License-Identifier: Apache-2.0
import AWSWire

/// A part of an answer, before it is written in one protocol or the other.
enum SQSValue {
    case text(String)
    case number(Int)
    case bool(Bool)
    case object([(name: String, value: SQSValue)])
    /// With the name that the query protocol gives each item.
    case list(element: String, [SQSValue])
    /// With the name that the query protocol gives each entry.
    case map(element: String, [(name: String, value: SQSValue)])

    // MARK: JSON

    /// The value as JSON text; members that are empty lists are left out, as AWS leaves them out.
    var json: [UInt8] {
        var json: [UInt8] = []
        write(to: &json)
        return json
    }

    private func write(to json: inout [UInt8]) {
        switch self {
        case .text(let text): JSONObjectWriter.append(quoted: text, to: &json)
        case .number(let number): json.append(contentsOf: String(number).utf8)
        case .bool(let value): json.append(contentsOf: String(value).utf8)
        case .list(_, let items):
            json.append(UInt8(ascii: "["))
            for (index, item) in items.enumerated() {
                if index > 0 { json.append(UInt8(ascii: ",")) }
                item.write(to: &json)
            }
            json.append(UInt8(ascii: "]"))
        case .object(let members), .map(_, let members):
            json.append(UInt8(ascii: "{"))
            for (index, member) in members.filter({ !$0.value.isEmptyList }).enumerated() {
                if index > 0 { json.append(UInt8(ascii: ",")) }
                JSONObjectWriter.append(quoted: member.name, to: &json)
                json.append(UInt8(ascii: ":"))
                member.value.write(to: &json)
            }
            json.append(UInt8(ascii: "}"))
        }
    }

    private var isEmptyList: Bool {
        if case .list(_, let items) = self { items.isEmpty } else { false }
    }

    // MARK: XML

    /// Writes the value as an element, or as one for each item of a list.
    func write(_ name: String, to xml: inout XMLWriter) {
        switch self {
        case .text(let text): xml.element(name, text)
        case .number(let number): xml.element(name, String(number))
        case .bool(let value): xml.element(name, String(value))
        case .object(let members):
            xml.element(name) { xml in
                for member in members { member.value.write(member.name, to: &xml) }
            }
        case .list(let element, let items):
            for item in items { item.write(element, to: &xml) }
        case .map(let element, let entries):
            for entry in entries {
                xml.element(element) { xml in
                    xml.element("Name", entry.name)
                    entry.value.write("Value", to: &xml)
                }
            }
        }
    }
}
