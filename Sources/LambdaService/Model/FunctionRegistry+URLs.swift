// SPDX-License-Identifier: Apache-2.0
import AWSWire

/// Function URLs: a function may have one, and each of its aliases.
///
/// Wording of errors: LocalStack's recorded snapshots of AWS, tests/aws/services/lambda_/test_lambda_api.snapshot.json
/// (test_url_config_lifecycle, test_url_config_exceptions).
extension FunctionRegistry {
    /// Gives a function or an alias a URL.
    ///
    /// - Throws: the error that CreateFunctionUrlConfig answers with.
    mutating func createURL(
        _ id: String, of name: FunctionName, _ settings: FunctionURL.Settings, now: Int64
    ) throws(AWSError) -> FunctionURL {
        let function = try functionWithURLs(name)
        let arn = resource(name)
        guard function.urls[name.qualifier] == nil else {
            throw .resourceConflict(
                "Failed to create function url config for [functionArn = \(arn)]. Error message:  "
                    + "FunctionUrlConfig exists for this Lambda function")
        }
        if let alias = name.qualifier, function.aliases[alias] == nil { throw Self.noFunction }
        let url = FunctionURL(id: id, functionARN: arn, settings: settings, created: now, modified: now)
        change(name.name) { $0?.urls[name.qualifier] = url }
        return url
    }

    /// - Throws: the error that GetFunctionUrlConfig answers with.
    func url(of name: FunctionName) throws(AWSError) -> FunctionURL {
        try Self.check(name)
        guard let url = functions[name.name]?.urls[name.qualifier] else { throw Self.noURL }
        return url
    }

    /// The URLs of a function and of its aliases, in the order of their ARNs.
    ///
    /// - Throws: the error that ListFunctionUrlConfigs answers with.
    func urls(of name: FunctionName) throws(AWSError) -> [FunctionURL] {
        guard let function = functions[name.name] else { throw Self.noFunction }
        return function.urls.values.sorted { $0.functionARN < $1.functionARN }
    }

    /// Changes the settings of a URL.
    ///
    /// - Throws: the error that UpdateFunctionUrlConfig answers with.
    mutating func updateURL(
        of name: FunctionName, now: Int64, _ body: (inout FunctionURL.Settings) -> Void
    ) throws(AWSError) -> FunctionURL {
        _ = try functionWithURLs(name)
        var url = try url(of: name)
        body(&url.settings)
        url.modified = now
        change(name.name) { $0?.urls[name.qualifier] = url }
        return url
    }

    /// - Throws: the error that DeleteFunctionUrlConfig answers with.
    mutating func deleteURL(of name: FunctionName) throws(AWSError) {
        _ = try url(of: name)
        change(name.name) { $0?.urls[name.qualifier] = nil }
    }

    private func functionWithURLs(_ name: FunctionName) throws(AWSError) -> Function {
        try Self.check(name)
        guard let function = functions[name.name] else { throw Self.noFunction }
        return function
    }

    /// Versions have no URLs, `$LATEST` has the function's.
    private static func check(_ name: FunctionName) throws(AWSError) {
        guard let qualifier = name.qualifier else { return }
        if qualifier == "$LATEST" {
            throw .validation(
                qualifier, at: "qualifier",
                #"Member must satisfy regular expression pattern: ((?!^\d+$)^[0-9a-zA-Z-_]+$)"#)
        }
        if qualifier.utf8.allSatisfy({ (48...57).contains($0) }) {
            throw .validation(
                qualifier, at: "qualifier",
                #"Member must satisfy regular expression pattern: (^\$LATEST$)|((?!^[0-9]+$)([a-zA-Z0-9-_]+))"#)
        }
    }

    private static let noFunction = AWSError.resourceNotFound("Function does not exist")
    private static let noURL = AWSError.resourceNotFound("The resource you requested does not exist.")
}
