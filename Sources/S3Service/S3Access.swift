// SPDX-License-Identifier: Apache-2.0
public import AWSWire
import Foundation

/// Who may do what: which signatures are checked, and against which secrets.
///
/// - Keys that the emulator handed out (to its functions) are checked always.
/// - `test` with the secret `test`, the pair that people give local tools, is checked wherever it really signs. A
///   placeholder where the signature belongs (anything but 64 hexadecimal digits) is let pass, as with unknown keys.
/// - Unknown keys in an `Authorization` header are let pass unchecked: their secrets cannot be known here.
/// - A presigned URL is nothing but its signature: an unknown key is `InvalidAccessKeyId`.
/// - No signature at all is `AccessDenied`: buckets are private.
public struct S3Access: Sendable {
    /// The pair that local tools are given when nobody cares which.
    public static let common = Credentials(accessKeyID: "test", secretAccessKey: "test")

    private let issued: @Sendable (String) -> Credentials?
    private let verifier: SigV4Verifier

    /// - Parameter issued: what belongs to an access key that the emulator itself handed out; else nil.
    public init(issued: @escaping @Sendable (_ accessKeyID: String) -> Credentials?) {
        self.issued = issued
        verifier = SigV4Verifier(dialect: .s3) { id in
            issued(id) ?? (id == Self.common.accessKeyID ? Self.common : nil)
        }
    }

    /// Finds out who sent a request.
    ///
    /// - Throws: S3's error for a request that may not be answered.
    func caller(of request: SignableRequest, bucketInHost: String?, now: Int64) throws(AWSError) -> Caller {
        if let header = request.headers.first(where: { $0.name.lowercased() == "authorization" })?.value,
            let scope = credentialScope(ofAuthorization: header), !isChecked(scope, header)
        {
            return caller(scope.accessKeyID, chunkSignatures: nil)
        }
        switch verifier.verify(request, bodyHash: nil, virtualHostBucket: bucketInHost, now: now) {
        case .anonymous: throw S3Error.accessDenied
        case .rejected(let error): throw error
        case .verified(let verified):
            return caller(verified.scope.accessKeyID, chunkSignatures: verified.chunkSignatures)
        }
    }

    /// Keys that belong to the same credentials are one caller.
    private func caller(_ accessKeyID: String, chunkSignatures: ChunkSignatures?) -> Caller {
        Caller(accessKeyID: issued(accessKeyID)?.accessKeyID ?? accessKeyID, chunkSignatures: chunkSignatures)
    }

    private func isChecked(_ scope: CredentialScope, _ header: String) -> Bool {
        if issued(scope.accessKeyID) != nil { return true }
        guard scope.accessKeyID == Self.common.accessKeyID else { return false }
        guard let name = header.range(of: "Signature=") else { return false }
        let signature = header[name.upperBound...].prefix { $0.isHexDigit }
        return signature.utf8.count == 64
    }
}

/// Who sent a request that may be answered.
struct Caller: Sendable {
    var accessKeyID: String
    /// What the chunks of the body are checked with, when they are signed and the key is known.
    var chunkSignatures: ChunkSignatures?

    /// The id that events name the caller with; AWS's are made like this.
    var principal: String {
        let digest = Checksum.value(.sha256, of: Array(accessKeyID.utf8))
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
        return "AWS:AIDA" + String(decoding: digest.prefix(17).map { alphabet[Int($0 & 31)] }, as: UTF8.self)
    }
}
