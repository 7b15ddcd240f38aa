// SPDX-License-Identifier: Apache-2.0
import AWSWire

// Configurations of asynchronous invocation, one for each qualifier that has one. Wording: LocalStack's recorded
// snapshots of AWS, tests/aws/services/lambda_/test_lambda_api.snapshot.json.
extension FunctionRegistry {
    /// The configuration of a qualifier.
    ///
    /// - Throws: the error that GetFunctionEventInvokeConfig answers with.
    func eventInvoke(of name: FunctionName) throws(AWSError) -> EventInvokeConfiguration {
        guard let configuration = functions[name.name]?.eventInvoke[name.qualifier ?? "$LATEST"] else {
            throw .resourceNotFound("The function \(eventInvokeARN(of: name)) doesn't have an EventInvokeConfig")
        }
        return configuration
    }

    /// All configurations of a function that its versions and aliases still have, by their qualifiers.
    ///
    /// - Throws: the error that ListFunctionEventInvokeConfigs answers with.
    func eventInvokes(
        of name: String
    ) throws(AWSError) -> [(qualifier: String, configuration: EventInvokeConfiguration)] {
        guard let function = functions[name] else { throw Self.noFunction }
        return function.eventInvoke.sorted { $0.key < $1.key }
            .filter { function.aliases[$0.key] != nil || function.version($0.key) != nil }
            .map { ($0.key, $0.value) }
    }

    /// - Throws: the error that PutFunctionEventInvokeConfig answers with when there is no such function, version or
    ///   alias.
    func requireEventInvokeTarget(_ name: FunctionName) throws(AWSError) {
        let qualifier = name.qualifier ?? "$LATEST"
        guard let function = functions[name.name],
            function.aliases[qualifier] != nil || function.version(qualifier) != nil
        else { throw Self.noFunction }
    }

    /// Gives a qualifier a configuration, or takes it away.
    mutating func setEventInvoke(_ configuration: EventInvokeConfiguration?, of name: FunctionName) {
        change(name.name) { $0?.eventInvoke[name.qualifier ?? "$LATEST"] = configuration }
    }

    func eventInvokeARN(of name: FunctionName) -> String {
        "\(arn(of: name.name)):\(name.qualifier ?? "$LATEST")"
    }

    private static var noFunction: AWSError { .resourceNotFound("The function doesn't exist.") }
}
