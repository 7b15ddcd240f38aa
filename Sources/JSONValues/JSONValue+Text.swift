// SPDX-License-Identifier: Apache-2.0
public import FoundationEssentials

extension JSONValue {
    /// Reads a JSON text; nil when it is none, or nested deeper than 512 levels.
    ///
    /// Of members with the same name the last counts.
    public init?(parsing text: UnsafeRawBufferPointer) {
        guard let value = JSONParser.parse(text) else { return nil }
        self = value
    }

    /// Reads a JSON text; nil when it is none.
    public init?(parsing text: Data) {
        guard let value = text.withUnsafeBytes({ JSONParser.parse($0) }) else { return nil }
        self = value
    }

    /// Reads a JSON text; nil when it is none.
    public init?(parsing text: String) {
        var text = text
        guard let value = text.withUTF8({ JSONParser.parse(UnsafeRawBufferPointer($0)) }) else { return nil }
        self = value
    }

    /// The value as JSON text, members in the order of their names.
    public var text: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else { return "null" }
        return String(decoding: data, as: UTF8.self)
    }
}
