// SPDX-License-Identifier: Apache-2.0
import AWSWire

/// The resource policy of a function, of a version or of an alias: what others than the account's own may do with it.
///
/// Pure. Wording of its errors: LocalStack's recorded snapshots of AWS,
/// tests/aws/services/lambda_/test_lambda_api.snapshot.json.
struct ResourcePolicy: Sendable, Equatable {
    private(set) var statements: [PolicyStatement] = []

    /// Whether some statement lets somebody do something with a resource: what none allows is denied.
    func allows(_ action: String, on resource: String, in context: PolicyContext) -> Bool {
        statements.contains { $0.allows(action, on: resource, in: context) }
    }

    /// - Throws: the error that AddPermission answers with.
    mutating func add(_ statement: PolicyStatement) throws(AWSError) {
        guard !statements.contains(where: { $0.id == statement.id }) else {
            throw .resourceConflict(
                "The statement id (\(statement.id)) provided already exists. Please provide a new statement id, or "
                    + "remove the existing statement.")
        }
        var larger = self
        larger.statements.append(statement)
        let size = larger.document().count
        guard size <= LambdaLimits.resourcePolicy else {
            throw AWSError(
                "PolicyLengthExceededException",
                "The final policy size (\(size)) is bigger than the limit (\(LambdaLimits.resourcePolicy)).",
                status: 400)
        }
        self = larger
    }

    /// - Throws: the error that RemovePermission answers with.
    mutating func remove(_ id: String) throws(AWSError) {
        guard let index = statements.firstIndex(where: { $0.id == id }) else {
            throw .resourceNotFound("Statement \(id) is not found in resource policy.")
        }
        statements.remove(at: index)
    }
}

extension ResourcePolicy {
    /// The policy as GetPolicy gives it: JSON, its members in AWS's order.
    func document() -> [UInt8] {
        var json = JSONObjectWriter()
        json.add("Version", "2012-10-17")
        json.add("Id", "default")
        json.add(
            "Statement", json: [UInt8(ascii: "[")] + statements.map { $0.document() }.joined(separator: [44]) + [93])
        return json.finish()
    }
}

extension PolicyStatement {
    /// The statement as AddPermission answers it: JSON, its members in AWS's order.
    func document() -> [UInt8] {
        var json = JSONObjectWriter()
        json.add("Sid", id)
        json.add("Effect", "Allow")
        switch principal {
        case .anyone: json.add("Principal", "*")
        case .service(let name): json.add("Principal", json: Self.object([("Service", name)]))
        case .identity(let arn): json.add("Principal", json: Self.object([("AWS", arn)]))
        }
        json.add("Action", permission.action)
        json.add("Resource", resource)
        if let condition { json.add("Condition", json: condition) }
        return json.finish()
    }

    private var condition: [UInt8]? {
        let equal = [
            ("lambda:FunctionUrlAuthType", permission.functionURLAuthType),
            ("aws:PrincipalOrgID", permission.principalOrgID), ("AWS:SourceAccount", permission.sourceAccount),
            ("lambda:EventSourceToken", permission.eventSourceToken),
        ].compactMap { name, value in value.map { (name, $0) } }
        var json = JSONObjectWriter()
        if !equal.isEmpty { json.add("StringEquals", json: Self.object(equal)) }
        if let viaURL = permission.invokedViaFunctionURL {
            json.add("Bool", json: Self.object([("lambda:InvokedViaFunctionUrl", "\(viaURL)")]))
        }
        if let source = permission.sourceARN { json.add("ArnLike", json: Self.object([("AWS:SourceArn", source)])) }
        let document = json.finish()
        return document.count > 2 ? document : nil
    }

    private static func object(_ members: [(String, String)]) -> [UInt8] {
        var json = JSONObjectWriter()
        for (name, value) in members { json.add(name, value) }
        return json.finish()
    }
}
