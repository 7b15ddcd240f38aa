// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Crypto
import CryptoExtras

/// The key that notifications are signed with, and the certificate that says so.
///
/// The certificate is its own issuer.
struct SigningCertificate: Sendable {
    /// The algorithm of the certificate's own signature: `sha256WithRSAEncryption`.
    private static let signatureAlgorithm = DER.sequence(
        DER.objectIdentifier([1, 2, 840, 113_549, 1, 1, 11]), DER.null)
    private static let commonName: [UInt64] = [2, 5, 4, 3]
    private static let validityMilliseconds: Int64 = 825 * 86_400_000

    let key: _RSA.Signing.PrivateKey
    /// The last part of `SigningCertURL`: `SimpleNotificationService-<id>.pem`, the id from the key's SHA-256.
    let fileName: String
    let pem: String

    /// Makes a key of 2048 bits, which takes some tenths of a second, and a certificate for it.
    ///
    /// - Parameters:
    ///   - now: milliseconds since 1970-01-01T00:00:00Z.
    ///   - given: the key in base64, if it is not to be a new one.
    init(now: Int64, key given: String? = nil) throws {
        key =
            try given.map { try _RSA.Signing.PrivateKey(derRepresentation: Base64.decode($0) ?? []) }
            ?? _RSA.Signing.PrivateKey(keySize: .bits2048)
        let publicKey = [UInt8](key.publicKey.derRepresentation)
        let fingerprint = Checksum.value(.sha256, of: publicKey)
        let name = DER.sequence(
            DER.set(DER.sequence(DER.objectIdentifier(Self.commonName), DER.utf8String("sns.amazonaws.com"))))
        let content = DER.sequence(
            DER.integer(Array(fingerprint.prefix(16))), Self.signatureAlgorithm, name,
            DER.sequence(Self.time(now - 86_400_000), Self.time(now + Self.validityMilliseconds)), name, publicKey)
        let signature = try key.signature(for: SHA256.hash(data: content), padding: .insecurePKCS1v1_5)
        let certificate = DER.sequence(
            content, Self.signatureAlgorithm, DER.bitString([UInt8](signature.rawRepresentation)))
        fileName = "SimpleNotificationService-\(Hex.encode(fingerprint.prefix(16))).pem"
        pem = Self.pem(certificate)
    }

    /// The signature of a text in base64.
    ///
    /// - Parameter version: `1` for RSA with SHA-1, `2` for RSA with SHA-256.
    func sign(_ text: String, version: String) throws -> String {
        let text = Array(text.utf8)
        let signature =
            version == "2"
            ? try key.signature(for: SHA256.hash(data: text), padding: .insecurePKCS1v1_5)
            : try key.signature(for: Insecure.SHA1.hash(data: text), padding: .insecurePKCS1v1_5)
        return Base64.encode(signature.rawRepresentation)
    }

    /// Times before 2050 must have two digits for the year, later ones four (RFC 5280, 4.1.2.5).
    private static func time(_ milliseconds: Int64) -> [UInt8] {
        let text = ISO8601.formatBasic(milliseconds).filter { $0 != "T" }
        return text < "2050" ? DER.utcTime(String(text.dropFirst(2))) : DER.generalizedTime(text)
    }

    private static func pem(_ certificate: [UInt8]) -> String {
        var rest = Substring(Base64.encode(certificate))
        var text = "-----BEGIN CERTIFICATE-----\n"
        while !rest.isEmpty {
            text += "\(rest.prefix(64))\n"
            rest = rest.dropFirst(64)
        }
        return text + "-----END CERTIFICATE-----\n"
    }
}
