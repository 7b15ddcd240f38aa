// SPDX-License-Identifier: Apache-2.0
import AWSWire
import JSON

/// The members of a request, read as what they should be.
struct LogsRequest {
    let members: [String: JSONValue]

    /// - Throws: `SerializationException` when the body is no JSON object.
    init(_ body: String) throws(AWSError) {
        guard case .object(let members)? = JSONValue(parsing: body.isEmpty ? "{}" : body) else {
            throw LogsError.noJSON
        }
        self.members = members
    }

    func text(_ name: String) throws(AWSError) -> String? {
        switch members[name] {
        case .string(let text): text
        case nil, .null: nil
        default: throw LogsError.invalid("\(name) must be a string")
        }
    }

    func required(_ name: String) throws(AWSError) -> String {
        guard let text = try text(name) else { throw LogsError.missing(name) }
        return text
    }

    func integer(_ name: String) throws(AWSError) -> Int64? {
        switch members[name] {
        case .integer(let number): number
        case nil, .null: nil
        default: throw LogsError.invalid("\(name) must be a whole number")
        }
    }

    func bool(_ name: String) throws(AWSError) -> Bool? {
        switch members[name] {
        case .bool(let value): value
        case nil, .null: nil
        default: throw LogsError.invalid("\(name) must be true or false")
        }
    }

    func texts(_ name: String) throws(AWSError) -> [String]? {
        switch members[name] {
        case .array(let items): items.compactMap(\.string)
        case nil, .null: nil
        default: throw LogsError.invalid("\(name) must be a list of strings")
        }
    }

    /// How many items a page may have.
    func limit(upTo most: Int, otherwise usual: Int) throws(AWSError) -> Int {
        guard let limit = try integer("limit") else { return usual }
        guard (1...Int64(most)).contains(limit) else {
            let bound = limit < 1 ? "greater than or equal to 1" : "less than or equal to \(most)"
            throw LogsError.invalid(
                "1 validation error detected: Value '\(limit)' at 'limit' failed to satisfy constraint: "
                    + "Member must have value \(bound)")
        }
        return Int(limit)
    }

    /// Refuses members that would have no effect here.
    func refuse(_ names: String...) throws(AWSError) {
        for name in names where members[name] != nil {
            throw LogsError.invalid("\(name) is not supported by Martlet")
        }
    }
}

/// An object of an answer.
func jsonObject(_ fill: (inout JSONObjectWriter) -> Void) -> [UInt8] {
    var json = JSONObjectWriter()
    fill(&json)
    return json.finish()
}

extension JSONObjectWriter {
    mutating func add(_ name: String, _ objects: [[UInt8]]) {
        add(name, json: [UInt8(ascii: "[")] + objects.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "]")])
    }
}
