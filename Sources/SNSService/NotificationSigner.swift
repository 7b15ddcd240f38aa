// SPDX-License-Identifier: Apache-2.0
import AWSWire
public import EventLoop

/// Signs notifications.
///
/// Its key is made at the first use; both are work for the thread pool, not for the loop.
public actor NotificationSigner {
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

    private let loop: EventLoop
    private let key: String?
    private var made: SigningCertificate?
    /// Who waits for the certificate that is being made; nil while none is.
    private var waiters: [CheckedContinuation<Void, Never>]?

    /// The loop.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// A signer that has no certificate yet.
    ///
    /// - Parameter key: what to sign with, in base64; nil for a new one.
    public init(loop: EventLoop, key: String? = nil) {
        self.loop = loop
        self.key = key
    }

    /// The certificate; made now if there is none.
    ///
    /// - Parameter now: milliseconds since 1970-01-01T00:00:00Z.
    func certificate(now: Int64) async throws -> SigningCertificate {
        while true {
            if let made { return made }
            guard waiters != nil else {
                // Set here and not in `make`: for a task that does not prefer the loop, even that call is a hop.
                waiters = []
                return try await make(now: now)
            }
            await withCheckedContinuation { continuation in
                // Looked at again here: getting here may have taken a hop, and with it the end of the making.
                if waiters == nil { continuation.resume() } else { waiters?.append(continuation) }
            }
        }
    }

    /// The PEM text of the certificate with a file name; nil when it was never made.
    func pem(named fileName: String) -> String? {
        made?.fileName == fileName ? made?.pem : nil
    }

    /// - Parameter version: `1` for RSA with SHA-1, `2` for RSA with SHA-256.
    func sign(_ content: Content, version: String, now: Int64) async throws -> Signature {
        let certificate = try await certificate(now: now)
        let text = try await loop.offload { try certificate.sign(content.canonicalText, version: version) }
        return Signature(text: text, certificateFile: certificate.fileName)
    }

    /// Whether it succeeds or not, those who wait go on: the first of them tries again.
    private func make(now: Int64) async throws -> SigningCertificate {
        defer {
            let waiting = waiters ?? []
            waiters = nil
            for waiter in waiting { waiter.resume() }
        }
        let certificate = try await loop.offload { [key] in try SigningCertificate(now: now, key: key) }
        made = certificate
        return certificate
    }
}
