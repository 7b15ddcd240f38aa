// SPDX-License-Identifier: Apache-2.0

extension JSONValue {
    /// The value as JSON text for people: members in the order of their names, each on a line of its own.
    ///
    /// - Parameter depth: how many levels the text is within another; two spaces each, but for the first line.
    public func indentedText(depth: Int = 0) -> String {
        let inner = String(repeating: "  ", count: depth + 1)
        let outer = String(repeating: "  ", count: depth)
        switch self {
        case .object(let members) where !members.isEmpty:
            let lines = members.sorted { $0.key < $1.key }
                .map { "\(inner)\(JSONValue.string($0.key).text): \($0.value.indentedText(depth: depth + 1))" }
            return "{\n\(lines.joined(separator: ",\n"))\n\(outer)}"
        case .array(let items) where !items.isEmpty:
            let lines = items.map { inner + $0.indentedText(depth: depth + 1) }
            return "[\n\(lines.joined(separator: ",\n"))\n\(outer)]"
        default: return text
        }
    }
}
