// SPDX-License-Identifier: Apache-2.0
import AWSWire
import ServiceProtocols

/// A permission that a service would need: said to whoever runs the emulator, since AWS tells the service alone.
struct MissingPermission: CustomStringConvertible {
    let caller: ServiceCaller
    let function: FunctionName
    /// What would be invoked: the function's ARN as the caller qualifies it.
    let resource: String

    /// What Lambda answers, in the wording of IAM's access denied errors
    /// (https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html).
    var error: AWSError {
        AWSError(
            "AccessDeniedException",
            "User: \(caller.principal) is not authorized to perform: lambda:InvokeFunction on resource: \(resource) "
                + "because no resource-based policy allows the lambda:InvokeFunction action", status: 403)
    }

    /// Which permission is missing, and the command that adds it.
    var description: String {
        let service = caller.principal.prefix { $0 != "." }
        let qualifier = function.qualifier.map { " --qualifier '\($0)'" } ?? ""
        let account = ARN(caller.sourceARN)?.account == "" ? " --source-account \(caller.sourceAccount)" : ""
        return """
            \(caller.principal) may not invoke \(resource) for \(caller.sourceARN): no permission allows it. \
            Declare an AWS::Lambda::Permission, or: aws lambda add-permission --function-name \(function.name)\
            \(qualifier) --statement-id \(service)-invoke --action lambda:InvokeFunction \
            --principal \(caller.principal) --source-arn '\(caller.sourceARN)'\(account)
            """
    }
}
