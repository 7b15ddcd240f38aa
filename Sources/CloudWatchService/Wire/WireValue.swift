// SPDX-License-Identifier: Apache-2.0
import AWSWire
import JSON

/// A part of an answer, in whichever protocol it is sent.
enum WireValue {
    case text(String)
    case integer(Int64)
    case number(Double)
    /// Seconds since 1970.
    case moment(Int64)
    case list([WireValue])
    /// Members that the operation's model names.
    case structure([(name: String, value: WireValue)])
    /// Entries whose keys the caller chose.
    case map([(name: String, value: WireValue)])

    /// As the JSON protocol has it.
    var json: JSONValue {
        switch self {
        case .text(let text): .string(text)
        case .integer(let number), .moment(let number): .integer(number)
        case .number(let number): .number(number)
        case .list(let items): .array(items.map(\.json))
        case .structure(let members), .map(let members):
            .object(Dictionary(members.map { ($0.name, $0.value.json) }) { $1 })
        }
    }

    /// As the query protocol has it: below an element that its owner writes.
    func write(into xml: inout XMLWriter, as name: String) {
        switch self {
        case .text(let text): xml.element(name, text)
        case .integer(let number): xml.element(name, String(number))
        case .number(let number): xml.element(name, String(number))
        case .moment(let seconds): xml.element(name, ISO8601.formatSeconds(seconds * 1000))
        case .list(let items):
            xml.element(name) { xml in
                for item in items { item.write(into: &xml, as: "member") }
            }
        case .structure(let members):
            xml.element(name) { xml in
                for member in members { member.value.write(into: &xml, as: member.name) }
            }
        case .map(let entries):
            xml.element(name) { xml in
                for entry in entries {
                    xml.element("entry") { xml in
                        xml.element("key", entry.name)
                        entry.value.write(into: &xml, as: "value")
                    }
                }
            }
        }
    }
}
