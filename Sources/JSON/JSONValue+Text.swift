// SPDX-License-Identifier: Apache-2.0
public import FoundationEssentials

extension JSONValue {
    /// Reads a JSON text; nil when it is none.
    public init?(parsing text: Data) {
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: text) else { return nil }
        self = value
    }

    /// Reads a JSON text; nil when it is none.
    public init?(parsing text: String) {
        self.init(parsing: Data(text.utf8))
    }

    /// The value as JSON text, members in the order of their names.
    public var text: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else { return "null" }
        return String(decoding: data, as: UTF8.self)
    }
}
