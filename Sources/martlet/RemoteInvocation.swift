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

/// An invocation by the Invoke API of an emulator that runs already.
struct RemoteInvocation {
    let endpoint: String
    let client: HTTPClient
    /// Whether the event is only accepted, to be run later.
    var isAsynchronous = false
    /// Whether the end of the log comes with the result.
    var wantsLog = true

    /// - Throws: ``Refused`` with what the API said, or why nobody answered.
    func invoke(_ function: String, qualifier: String?, event: Bytes) async throws -> InvocationOutcome {
        let name = URIEncoding.encode(function)
        let endpoint = endpoint.withoutTrailingSlash
        let query = qualifier.map { "?Qualifier=\(URIEncoding.encode($0))" } ?? ""
        var headers = [("Content-Type", "application/json")]
        headers.append(("X-Amz-Invocation-Type", isAsynchronous ? "Event" : "RequestResponse"))
        if wantsLog, !isAsynchronous { headers.append(("X-Amz-Log-Type", "Tail")) }
        let request = CurlRequest(
            method: "POST", url: "\(endpoint)/2015-03-31/functions/\(name)/invocations\(query)", headers: headers,
            body: event)
        let response: CurlResponse
        do {
            response = try await client.send(request)
        } catch {
            throw Refused(description: "No answer from \(endpoint): \(error). Is 'martlet start' running there?")
        }
        guard response.status == (isAsynchronous ? 202 : 200) else {
            let code = response.head.value(of: "x-amzn-ErrorType") ?? "status \(response.status)"
            throw Refused(description: "\(code): \(response.body.string)")
        }
        let log = response.head.value(of: "X-Amz-Log-Result").flatMap { Data(base64Encoded: $0) } ?? Data()
        return InvocationOutcome(
            requestID: response.head.value(of: "x-amzn-RequestId") ?? "",
            executedVersion: response.head.value(of: "X-Amz-Executed-Version"),
            functionError: response.head.value(of: "X-Amz-Function-Error"), payload: response.body, log: Bytes(log))
    }
}
