// SPDX-License-Identifier: Apache-2.0
import Buffers
import Logging

/// One line of JSON in the making.
struct JSONLine: ~Copyable {
    private var text = BytesBuilder(capacity: 512)
    private var names: Set<String> = []

    mutating func add(_ name: String, _ value: String) {
        begin(name)
        text.appendJSON(value)
    }

    mutating func add(_ name: String, _ value: Int) {
        begin(name)
        text.append(String(value))
    }

    mutating func add(_ name: String, _ value: Bool) {
        begin(name)
        text.append(value ? "true" : "false")
    }

    /// Adds metadata by name; a name that is taken gets an underscore in front, so that no key comes twice.
    mutating func add(_ metadata: Logger.Metadata) {
        for (name, value) in metadata.sorted(by: { $0.key < $1.key }) {
            begin(name)
            append(value)
        }
    }

    consuming func finish() -> Bytes {
        text.append("}\n")
        return text.finish()
    }

    private mutating func begin(_ name: String) {
        text.append(byte: names.isEmpty ? UInt8(ascii: "{") : UInt8(ascii: ","))
        var unique = name
        while !names.insert(unique).inserted { unique = "_\(unique)" }
        text.appendJSON(unique)
        text.append(byte: UInt8(ascii: ":"))
    }

    private mutating func append(_ value: Logger.MetadataValue) {
        switch value {
        case .string(let string): text.appendJSON(string)
        case .stringConvertible(let value): text.appendJSON(value.description)
        case .array(let values):
            for (index, value) in values.enumerated() {
                text.append(byte: index == 0 ? UInt8(ascii: "[") : UInt8(ascii: ","))
                append(value)
            }
            text.append(values.isEmpty ? "[]" : "]")
        case .dictionary(let values):
            for (index, (name, value)) in values.sorted(by: { $0.key < $1.key }).enumerated() {
                text.append(byte: index == 0 ? UInt8(ascii: "{") : UInt8(ascii: ","))
                text.appendJSON(name)
                text.append(byte: UInt8(ascii: ":"))
                append(value)
            }
            text.append(values.isEmpty ? "{}" : "}")
        }
    }
}
