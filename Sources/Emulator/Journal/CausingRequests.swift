// SPDX-License-Identifier: Apache-2.0
import HTTP1
import HTTPServer
import LambdaService
import ServiceProtocols

/// Answers requests as consequences of the invocations that they come from.
///
/// A function signs what it asks with the access key of its environment, which has one invocation at a time. A request
/// that is not signed, or by a URL that was signed before, comes from outside.
struct CausingRequests: HTTPHandler {
    let router: EdgeRouter
    let lambda: LambdaService
    /// Nil where nobody wants to know.
    let observer: (any FunctionRequestObserver)?

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        guard let key = request.headers["authorization"]?.accessKeyID,
            let cause = await lambda.invocation(ofAccessKey: key)
        else { return await router.respond(to: request) }
        observer?.functionAsked(request, in: cause)
        return await Cause.with(cause) { await router.respond(to: request) }
    }
}

/// Hears of what functions ask of the emulator.
protocol FunctionRequestObserver: Sendable {
    /// A function asks for something.
    ///
    /// - Parameter run: the record of its run.
    func functionAsked(_ request: HTTPRequest, in run: RecordID)
}

extension String {
    /// The key in an `Authorization` header: `AWS4-HMAC-SHA256 Credential=KEY/…`.
    var accessKeyID: String? {
        guard hasPrefix("AWS4-HMAC-SHA256 "), let name = firstRange(of: "Credential=") else { return nil }
        return String(self[name.upperBound...].prefix { $0 != "/" })
    }
}
