// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import HTTP1
import HTTPServer

/// Checks who signed a request to a function URL of the authorization type `AWS_IAM`.
///
/// Keys that are known here are those that functions are given, and `test` with the secret `test`. Others are let pass
/// unchecked: their secrets cannot be known. A key whose signature is no signature at all, as local tools send it, is
/// such a one too.
struct FunctionURLSignature {
    private let issued: FunctionCredentials
    private let verifier: SigV4Verifier

    init(issued: FunctionCredentials) {
        self.issued = issued
        verifier = SigV4Verifier(dialect: .json) { id in
            if issued.isKey(id) {
                return Credentials(
                    accessKeyID: id, secretAccessKey: issued.secretAccessKey, sessionToken: issued.sessionToken)
            }
            return id == "test" ? Credentials(accessKeyID: "test", secretAccessKey: "test") : nil
        }
    }

    /// - Parameter now: milliseconds since 1970.
    /// - Returns: who it was; nil without a signature.
    /// - Throws: the error for a signature that is wrong.
    func caller(of request: HTTPRequest, body: Bytes, now: Int64) throws(AWSError) -> FunctionURLCaller? {
        let header = request.headers["authorization"]
        let scope = header.flatMap { credentialScope(ofAuthorization: $0) }
        if let scope, scope.service != "lambda" {
            throw AWSError(
                "InvalidSignatureException", "Credential should be scoped to correct service: 'lambda'. ", status: 403)
        }
        if let scope, let header, !isChecked(scope, header) { return .identity(accessKeyID: scope.accessKeyID) }
        let signable = SignableRequest(
            method: request.method, path: request.path, query: request.query, headers: request.headers.map { $0 })
        let hash = body.withUnsafeBytes { Checksum.sha256Hex([UInt8]($0)) }
        switch verifier.verify(signable, bodyHash: hash, now: now) {
        case .anonymous: return nil
        case .rejected(let error): throw error
        case .verified(let verified): return .identity(accessKeyID: verified.scope.accessKeyID)
        }
    }

    private func isChecked(_ scope: CredentialScope, _ header: String) -> Bool {
        if issued.isKey(scope.accessKeyID) { return true }
        guard scope.accessKeyID == "test", let name = header.firstRange(of: "Signature=") else { return false }
        return header[name.upperBound...].prefix { $0.isHexDigit }.utf8.count == 64
    }
}
