// SPDX-License-Identifier: Apache-2.0
import Crypto

/// The key that a secret becomes for one day, region and service.
public struct SigningKey: Sendable {
    private let key: SymmetricKey

    /// Derives the key, four steps of HMAC-SHA256.
    public init(secretAccessKey: String, scope: CredentialScope) {
        var key = SymmetricKey(data: Array("AWS4\(secretAccessKey)".utf8))
        for part in [scope.date, scope.region, scope.service, "aws4_request"] {
            key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Array(part.utf8), using: key))
        }
        self.key = key
    }

    /// The signature of a string to sign, 64 hexadecimal digits.
    public func signature(of stringToSign: String) -> String {
        Hex.encode(HMAC<SHA256>.authenticationCode(for: Array(stringToSign.utf8), using: key))
    }

    /// Whether `signature` is that of `stringToSign`; takes the same time wherever they differ.
    func isValid(_ signature: String, of stringToSign: String) -> Bool {
        guard let code = Hex.decode(signature) else { return false }
        return HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: Array(stringToSign.utf8), using: key)
    }
}
