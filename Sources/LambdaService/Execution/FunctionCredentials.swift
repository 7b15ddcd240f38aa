// SPDX-License-Identifier: Apache-2.0

/// What functions sign their calls with.
public struct FunctionCredentials: Sendable, Equatable {
    /// The access key id.
    public var accessKeyID: String
    /// The secret access key.
    public var secretAccessKey: String
    /// The session token.
    public var sessionToken: String

    /// Credentials that nobody checks, unless others are given.
    public init(accessKeyID: String = "test", secretAccessKey: String = "test", sessionToken: String = "test") {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
    }
}

extension FunctionCredentials {
    /// What the key of an environment begins with: the shared key without its last nine characters.
    private var prefix: Substring { accessKeyID.dropLast(Self.digits) }
    private static let digits = 9
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

    /// The credentials of one environment: an access key of its own, which tells its requests from others.
    ///
    /// A key that is shorter than AWS's twenty characters is left as it is.
    func ofEnvironment(_ id: Int) -> FunctionCredentials {
        guard accessKeyID.utf8.count == 20, id >= 0 else { return self }
        let number = (0..<Self.digits).reversed().map { Self.alphabet[id >> (5 * $0) & 31] }
        return FunctionCredentials(
            accessKeyID: prefix + String(decoding: number, as: UTF8.self), secretAccessKey: secretAccessKey,
            sessionToken: sessionToken)
    }

    /// The environment that was given a key; nil for a key of somebody else.
    public func environment(ofAccessKey id: String) -> Int? {
        guard accessKeyID.utf8.count == 20, id.utf8.count == 20, id.hasPrefix(prefix) else { return nil }
        var number = 0
        for character in id.utf8.suffix(Self.digits) {
            guard let digit = Self.alphabet.firstIndex(of: character) else { return nil }
            number = number << 5 | digit
        }
        return number
    }

    /// Whether a key is one that functions are given.
    public func isKey(_ id: String) -> Bool { id == accessKeyID || environment(ofAccessKey: id) != nil }
}
