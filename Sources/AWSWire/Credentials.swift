// SPDX-License-Identifier: Apache-2.0

/// What requests are signed with.
public struct Credentials: Sendable, Equatable {
    /// The public part, which requests name.
    public var accessKeyID: String
    /// The part that only signs.
    public var secretAccessKey: String
    /// Set for temporary credentials, which are valid only together with it.
    public var sessionToken: String?

    /// Puts credentials together.
    public init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
    }
}

extension Credentials: CustomStringConvertible, CustomDebugStringConvertible {
    /// Shows the access key only, so that no log ever holds a secret.
    public var description: String { "Credentials(\(accessKeyID))" }
    /// The same as the description.
    public var debugDescription: String { description }
}
