// SPDX-License-Identifier: Apache-2.0
package import AWSWire

extension FunctionRegistry {
    /// Sets what a function, all of its versions together, may have in work at once; nil gives its share back.
    ///
    /// - Parameter account: the account's concurrency, of which 100 must be left for functions without a reservation.
    /// - Returns: the function's id.
    /// - Throws: the error that PutFunctionConcurrency answers with. Wording: LocalStack's recorded snapshots of AWS,
    ///   tests/aws/services/lambda_/test_lambda_api.snapshot.json.
    @discardableResult
    package mutating func reserveConcurrency(
        _ count: Int?, of name: String, account: Int
    ) throws(AWSError) -> Int {
        let function = try function(name)
        if let count {
            guard count >= 0 else {
                throw .validation(
                    "\(count)", at: "reservedConcurrentExecutions", "Member must have value greater than or equal to 0")
            }
            // An account that has less than 100 keeps all that it has.
            let minimum = min(LambdaLimits.unreservedConcurrency, account)
            guard count >= function.provisionedTotal else {
                // The spaces are AWS's.
                throw .invalidParameter(
                    " ReservedConcurrentExecutions  \(count) should not be lower than function's total provisioned "
                        + "concurrency [\(function.provisionedTotal)].")
            }
            let left = unreservedConcurrency(ofAccount: account) + function.claimedConcurrency
            guard count <= left - minimum else {
                throw .invalidParameter(
                    "Specified ReservedConcurrentExecutions for function decreases account's "
                        + "UnreservedConcurrentExecution below its minimum value of [\(minimum)].")
            }
        }
        change(name) { $0?.reservedConcurrency = count }
        return function.id
    }

    /// What of the account's concurrency no function has reserved or provisioned.
    func unreservedConcurrency(ofAccount account: Int) -> Int {
        account - functions.values.reduce(0) { $0 + $1.claimedConcurrency }
    }

    /// The name in a request that is for a function as a whole.
    ///
    /// - Throws: the error that PutFunctionConcurrency answers with.
    func unqualifiedName(_ text: String) throws(AWSError) -> String {
        let name = try name(text)
        guard name.qualifier == nil else {
            throw .invalidParameter(
                "This operation is permitted on Lambda functions only. Aliases and versions do not support this "
                    + "operation. Please specify either a function name or an unqualified function ARN.")
        }
        return name.name
    }
}
