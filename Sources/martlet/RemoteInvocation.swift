// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import Curl
import EventLoop
import Foundation
import HTTPClient

extension String {
    /// `http://127.0.0.1:4566` for `http://127.0.0.1:4566/`.
    var withoutTrailingSlash: String { hasSuffix("/") ? String(dropLast()) : self }
}

/// A function was not run.
struct Refused: Error, CustomStringConvertible {
    let description: String
}

/// What one invocation gave, for the command line.
struct InvocationOutcome {
    var payload: Bytes
    /// The end of the function's log, where it was not shown already.
    var log: Bytes
    var hasFailed: Bool
}

/// An invocation by the Invoke API of an emulator that runs already.
struct RemoteInvocation {
    let endpoint: String
    let loop: EventLoop

    /// - Throws: ``Refused`` with what the API said, or why nobody answered.
    func invoke(_ function: String, qualifier: String?, event: Bytes) async throws -> InvocationOutcome {
        let name = URIEncoding.encode(function)
        let endpoint = endpoint.withoutTrailingSlash
        let query = qualifier.map { "?Qualifier=\(URIEncoding.encode($0))" } ?? ""
        let request = CurlRequest(
            method: "POST", url: "\(endpoint)/2015-03-31/functions/\(name)/invocations\(query)",
            headers: [("X-Amz-Log-Type", "Tail"), ("Content-Type", "application/json")], body: event)
        let client = HTTPClient(loop: loop)
        let response: CurlResponse
        do {
            response = try await client.send(request)
        } catch {
            await client.close()
            throw Refused(description: "No answer from \(endpoint): \(error). Is 'martlet start' running there?")
        }
        await client.close()
        guard response.status == 200 else {
            let code = response.head.value(of: "x-amzn-ErrorType") ?? "status \(response.status)"
            throw Refused(description: "\(code): \(response.body.string)")
        }
        let log = response.head.value(of: "X-Amz-Log-Result").flatMap { Data(base64Encoded: $0) } ?? Data()
        return InvocationOutcome(
            payload: response.body, log: Bytes(log),
            hasFailed: response.head.value(of: "X-Amz-Function-Error") != nil)
    }
}
