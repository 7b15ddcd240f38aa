// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Foundation
import JSON

/// Reads the bodies of control-plane requests.
enum ControlPlaneRequest {
    /// Reads a body.
    ///
    /// - Parameter unsupported: members that must be absent, null, false or empty.
    /// - Throws: the error that the operation answers with.
    static func read<Request: Decodable>(
        _ type: Request.Type, _ body: Data, unsupported: Set<String> = []
    ) throws(AWSError) -> Request {
        let body = body.isEmpty ? Data("{}".utf8) : body
        do {
            let request = try JSONDecoder().decode(type, from: body)
            guard !unsupported.isEmpty else { return request }
            let members = JSONValue(parsing: body)
            let present = unsupported.filter { members?[$0]?.isNothing == false }.sorted()
            if let first = present.first {
                throw AWSError.invalidParameter("\(first) is not supported by this emulator.")
            }
            return request
        } catch let error as AWSError {
            throw error
        } catch DecodingError.keyNotFound(let key, _) {
            var violations = ConstraintViolations()
            violations.requirePresence(false, of: key.stringValue.prefix(1).lowercased() + key.stringValue.dropFirst())
            try violations.check()
            throw .invalidRequestContent("A member is missing.")
        } catch DecodingError.typeMismatch(let expected, let context) {
            throw .wrongType(expected, of: context.codingPath, in: body)
        } catch DecodingError.dataCorrupted(let context) where JSONValue(parsing: body) != nil {
            throw .wrongType(nil, of: context.codingPath, in: body)
        } catch {
            throw .invalidRequestContent("Could not parse request body into json: it is not valid.")
        }
    }
}

extension JSONValue {
    /// Whether a member says nothing: null, false, an empty text, or a list or object of such.
    fileprivate var isNothing: Bool {
        switch self {
        case .null: true
        case .bool(let value): !value
        case .string(let text): text.isEmpty
        case .array(let items): items.isEmpty
        case .object(let members): members.values.allSatisfy(\.isNothing)
        case .integer, .number: false
        }
    }

    fileprivate subscript(_ key: any CodingKey) -> JSONValue? {
        guard case .array(let items) = self, let index = key.intValue else { return self[key.stringValue] }
        return items.indices.contains(index) ? items[index] : nil
    }
}

extension AWSError {
    /// A member of the wrong type, in the words of AWS's JSON services (seen in
    /// https://github.com/aws/aws-sdk-php/issues/1243 and the like).
    ///
    /// - Parameter expected: nil for a value that cannot be read as what it should be, base64 say.
    fileprivate static func wrongType(
        _ expected: (any Any.Type)?, of path: [any CodingKey], in body: Data
    ) -> AWSError {
        // A decoder does not tell where it found a number that is none of the wanted kind.
        guard !path.isEmpty else {
            return AWSError(
                "SerializationException", "NUMBER_VALUE can not be converted to an Integer", status: 400)
        }
        let value = path.reduce(JSONValue(parsing: body)) { value, key in value?[key] }
        return AWSError("SerializationException", message(found: value, expected: expected), status: 400)
    }

    private static func message(found value: JSONValue?, expected: (any Any.Type)?) -> String {
        let token: String
        switch value {
        case .object: return "Start of structure or map found where not expected."
        case .array: return "Start of list found where not expected."
        case .bool(let value): token = value ? "TRUE_VALUE" : "FALSE_VALUE"
        case .integer, .number: token = "NUMBER_VALUE"
        case .string, .null, nil: token = "STRING_VALUE"
        }
        switch expected {
        case is String.Type: return "\(token) can not be converted to a String"
        case is Int.Type: return "\(token) can not be converted to an Integer"
        case is Double.Type: return "\(token) can not be converted to a Double"
        case is Bool.Type: return "\(token) can not be converted to a Boolean"
        case is [Any].Type: return "Expected list or null"
        case is [String: Any].Type: return "Expected map or null"
        default: return "\(token) can not be converted"
        }
    }
}
