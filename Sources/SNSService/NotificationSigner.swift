// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Crypto
import CryptoExtras
import Synchronization

/// Signs notifications. Its key is made at the first use; both are work for the thread pool, not for the loop.
final class NotificationSigner: Sendable {
    /// What a signature covers.
    struct Content: Sendable {
        var message: String
        var messageID: String
        var subject: String?
        var timestamp: String
        var topicARN: String

        /// AWS documentation: SNS Developer Guide, "Verifying the signatures of Amazon SNS messages": names and values,
        /// each on a line of its own, in the order of the names; a subject only if there is one.
        var canonicalText: String {
            var text = "Message\n\(message)\nMessageId\n\(messageID)\n"
            if let subject { text += "Subject\n\(subject)\n" }
            return text + "Timestamp\n\(timestamp)\nTopicArn\n\(topicARN)\nType\nNotification\n"
        }
    }

    struct Signature: Sendable {
        /// Base64.
        var text: String
        /// The name of the certificate that it is checked with.
        var certificateFile: String
    }

    private let made = Mutex<SigningCertificate?>(nil)

    /// The certificate; made now if there is none. Blocks while another thread makes it.
    ///
    /// - Parameter now: milliseconds since 1970-01-01T00:00:00Z.
    func certificate(now: Int64) throws -> SigningCertificate {
        try made.withLock { made in
            if let made { return made }
            let certificate = try SigningCertificate(now: now)
            made = certificate
            return certificate
        }
    }

    /// The PEM text of the certificate with a file name; nil when it was never made.
    func pem(named fileName: String) -> String? {
        made.withLock { made in made?.fileName == fileName ? made?.pem : nil }
    }

    /// - Parameter version: `1` for RSA with SHA-1, `2` for RSA with SHA-256.
    func sign(_ content: Content, version: String, now: Int64) throws -> Signature {
        let certificate = try certificate(now: now)
        let text = Array(content.canonicalText.utf8)
        let signature =
            version == "2"
            ? try certificate.key.signature(for: SHA256.hash(data: text), padding: .insecurePKCS1v1_5)
            : try certificate.key.signature(for: Insecure.SHA1.hash(data: text), padding: .insecurePKCS1v1_5)
        return Signature(text: Base64.encode(signature.rawRepresentation), certificateFile: certificate.fileName)
    }
}
