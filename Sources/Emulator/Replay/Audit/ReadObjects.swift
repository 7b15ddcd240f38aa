// SPDX-License-Identifier: Apache-2.0
import AWSWire
import HTTP1
import HTTPServer
import Locks
import S3Service
import ServiceProtocols

/// Notes which objects runs of functions ask for.
final class ReadObjects: FunctionRequestObserver {
    private let names = Locked<[RecordID: Set<String>]>([:])

    func functionAsked(_ request: HTTPRequest, in run: RecordID) {
        guard request.method == "GET" || request.method == "HEAD",
            let scope = request.headers["authorization"].flatMap({ credentialScope(ofAuthorization: $0) }),
            scope.service == "s3",
            let address = try? S3Address(host: request.headers["host"], path: request.path),
            let bucket = address.bucket
        else { return }
        let name = "\(bucket)/\(address.key ?? "")"
        names.withLock { _ = $0[run, default: []].insert(name) }
    }

    /// What a run asked for, as `bucket/key`, and `bucket/` for a list; it is forgotten.
    func take(_ run: RecordID) -> Set<String> {
        names.withLock { $0.removeValue(forKey: run) ?? [] }
    }
}
