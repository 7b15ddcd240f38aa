// SPDX-License-Identifier: Apache-2.0
import AWSWire
import JSON

/// The members of a request, whichever of the two protocols it came in.
struct SQSRequest {
    let members: [String: JSONValue]
    /// The `X-Amzn-Trace-Id` that the request was sent with.
    var trace: String?

    init(members: [String: JSONValue]) {
        self.members = members
    }

    /// Reads a body of the JSON protocol.
    ///
    /// - Throws: `SerializationException` when it is no JSON object.
    init(json body: String) throws(AWSError) {
        guard case .object(let members)? = JSONValue(parsing: body.isEmpty ? "{}" : body) else { throw SQSError.noJSON }
        self.init(members: members)
    }

    /// Reads a form of the query protocol, whose lists and maps are flattened.
    init(_ query: QueryParameters, operation: String) {
        var members: [String: JSONValue] = [:]
        for name in ["QueueUrl", "QueueName", "QueueOwnerAWSAccountId", "QueueNamePrefix", "NextToken", "MaxResults"] {
            members[name] = query[name].map(JSONValue.string)
        }
        for name in ["MaxNumberOfMessages", "WaitTimeSeconds", "ReceiveRequestAttemptId"] {
            members[name] = query[name].map(JSONValue.string)
        }
        let names = ["AttributeName", "MessageSystemAttributeName", "MessageAttributeName"]
        for name in names where query.structure(name) != nil {
            members["\(name)s"] = .array(query.flattenedList(name).compactMap(\.value).map(JSONValue.string))
        }
        if query.structure("Attribute") != nil {
            members["Attributes"] = .object(query.flattenedMap("Attribute") { $0.value.map(JSONValue.string) ?? .null })
        }
        if query.structure("Tag") != nil { members["tags"] = .object([:]) }
        members.merge(Self.entry(query)) { first, _ in first }
        if query.structure("\(operation)RequestEntry") != nil {
            let entries = query.flattenedList("\(operation)RequestEntry")
            members["Entries"] = .array(entries.map { .object(Self.entry($0)) })
        }
        self.init(members: members)
    }

    /// What stands in a request of one message as in an entry of a batch.
    private static func entry(_ query: QueryParameters) -> [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        let texts = [
            "Id", "MessageBody", "DelaySeconds", "ReceiptHandle", "VisibilityTimeout", "MessageDeduplicationId",
            "MessageGroupId",
        ]
        for name in texts { members[name] = query[name].map(JSONValue.string) }
        for name in ["MessageAttribute", "MessageSystemAttribute"] where query.structure(name) != nil {
            members["\(name)s"] = .object(
                query.flattenedMap(name) { value in
                    var fields: [String: JSONValue] = [:]
                    for field in ["DataType", "StringValue", "BinaryValue"] {
                        fields[field] = value[field].map(JSONValue.string)
                    }
                    return .object(fields)
                })
        }
        return members
    }

    // MARK: Members

    func text(_ name: String) throws(AWSError) -> String? {
        switch members[name] {
        case .string(let text): text
        case nil, .null: nil
        default: throw SQSError.invalid("\(name) must be a string")
        }
    }

    func required(_ name: String) throws(AWSError) -> String {
        guard let text = try text(name) else { throw SQSError.missing(name) }
        return text
    }

    /// A whole number, which the query protocol sends as text.
    func integer(_ name: String) throws(AWSError) -> Int? {
        switch members[name] {
        case .integer(let number): return Int(number)
        case .string(let text):
            guard let number = Int(text) else { throw SQSError.invalid("\(name) must be a whole number") }
            return number
        case nil, .null: return nil
        default: throw SQSError.invalid("\(name) must be a whole number")
        }
    }

    func texts(_ name: String) throws(AWSError) -> [String] {
        switch members[name] {
        case .array(let items): items.compactMap(\.string)
        case nil, .null: []
        default: throw SQSError.invalid("\(name) must be a list of strings")
        }
    }

    /// The members of a map, in the order of their names.
    func map(_ name: String) throws(AWSError) -> [(key: String, value: JSONValue)] {
        switch members[name] {
        case .object(let members): members.sorted { $0.key < $1.key }
        case nil, .null: []
        default: throw SQSError.invalid("\(name) must be a map")
        }
    }

    /// The entries of a batch, with their ids, which are well formed and distinct.
    func entries(of operation: String) throws(AWSError) -> [(id: String, request: SQSRequest)] {
        guard case .array(let items)? = members["Entries"], !items.isEmpty else {
            throw SQSError.emptyBatch("\(operation)RequestEntry")
        }
        guard items.count <= SQSLimits.entries else { throw SQSError.tooManyEntries(items.count) }
        var seen: Set<String> = []
        var entries: [(id: String, request: SQSRequest)] = []
        for item in items {
            guard case .object(let members) = item else { throw SQSError.invalid("Entries must be a list of maps") }
            var request = SQSRequest(members: members)
            request.trace = trace
            let id = try request.required("Id")
            guard (1...80).contains(id.utf8.count), id.utf8.allSatisfy(SQSService.isNameByte) else {
                throw SQSError.invalidEntryID
            }
            guard seen.insert(id).inserted else { throw SQSError.repeatedID(id) }
            entries.append((id, request))
        }
        return entries
    }

    /// Refuses members that would have no effect here.
    func refuse(_ names: String...) throws(AWSError) {
        for name in names where members[name] != nil {
            throw SQSError.unsupported("The parameter \(name)")
        }
    }
}

extension QueryParameters {
    /// The entries of a flattened map, `Name.1.Name` with `Name.1.Value`.
    fileprivate func flattenedMap(
        _ name: String, _ value: (QueryParameters) -> JSONValue
    ) -> [String: JSONValue] {
        var map: [String: JSONValue] = [:]
        for entry in flattenedList(name) {
            guard let key = entry["Name"], let part = entry.structure("Value") else { continue }
            map[key] = value(part)
        }
        return map
    }
}
