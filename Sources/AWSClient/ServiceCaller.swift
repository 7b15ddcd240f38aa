// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import Curl

/// A request to a service, before it is signed.
struct ServiceRequest: Sendable {
    var method: String
    /// In front of the endpoint's host; for S3's virtual hosts.
    var hostPrefix = ""
    /// Percent-encoded, with a slash in front.
    var path: String
    var headers: [(name: String, value: String)] = []
    var body: Bytes?
    var timeout = Duration.seconds(60)
}

/// Signs requests to one service, sends them, and reads its errors.
struct ServiceCaller: Sendable {
    let endpoint: ServiceEndpoint
    let signer: SigV4Signer
    let certificateAuthorities: String?
    let transport: any Transport
    let clock: Clock
    let retries: RetryPolicy

    /// Sends a request, again when that may help.
    ///
    /// - Throws: ``AWSServiceError`` for any status but 2xx, `CurlError` when no response came.
    func call(_ request: ServiceRequest) async throws -> CurlResponse {
        var attempt = 1
        while true {
            do {
                return try await callOnce(request)
            } catch {
                let fraction = Double.random(in: 0...1)
                guard let pause = retries.pause(after: error, attempt: attempt, fraction: fraction) else { throw error }
                try await Task.sleep(for: pause)
                attempt += 1
            }
        }
    }

    private func callOnce(_ request: ServiceRequest) async throws -> CurlResponse {
        let response = try await transport.send(signed(request))
        guard (200..<300).contains(response.status) else { throw AWSServiceError(response) }
        return response
    }

    func signed(_ request: ServiceRequest) -> CurlRequest {
        let path = endpoint.pathPrefix + request.path
        let host = request.hostPrefix + endpoint.authority
        let headers = [("Host", host)] + request.headers
        let hash = request.body.map { $0.withUnsafeBytes { Checksum.sha256Hex($0) } } ?? Checksum.sha256Hex([])
        let signature = signer.sign(
            SignableRequest(method: request.method, path: path, headers: headers), payload: .hash(hash), now: clock())
        return CurlRequest(
            method: request.method, url: "\(endpoint.scheme)://\(host)\(path)", headers: headers + signature,
            body: request.body, connectTimeout: .seconds(5), timeout: request.timeout,
            certificateAuthorities: endpoint.scheme == "https" ? certificateAuthorities : nil,
            usesProxyFromEnvironment: endpoint.isAWS)
    }

    /// A URL that whoever has it may `GET` for a while.
    func presigned(hostPrefix: String, path: String, seconds: Int) -> String {
        let path = endpoint.pathPrefix + path
        let host = hostPrefix + endpoint.authority
        let request = SignableRequest(method: "GET", path: path, headers: [("Host", host)])
        return "\(endpoint.scheme)://\(host)\(path)?\(signer.presignedQuery(request, expires: seconds, now: clock()))"
    }
}
