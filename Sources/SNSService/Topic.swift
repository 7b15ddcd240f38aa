// SPDX-License-Identifier: Apache-2.0
import AWSWire

/// A topic: a name that messages are published to.
public struct Topic: Sendable, Equatable {
    /// The topic's name in its region and account.
    public let arn: String
    /// What people see as the sender in protocols that show one.
    public var displayName: String
    /// `1` (SHA-1, the default) or `2` (SHA-256); nil while nobody has set it.
    public var signatureVersion: String?
    /// In the order in which they were set.
    public internal(set) var tags: [Tag] = []
    /// How many subscriptions were taken away.
    var deletedSubscriptions = 0

    /// A key and a value that say something about a topic.
    public struct Tag: Sendable, Equatable {
        /// At most one tag of a topic has it.
        public var key: String
        /// May be empty.
        public var value: String

        /// Puts a tag together.
        public init(key: String, value: String) {
            self.key = key
            self.value = value
        }
    }

    init(arn: String, displayName: String, signatureVersion: String?) {
        self.arn = arn
        self.displayName = displayName
        self.signatureVersion = signatureVersion
    }

    /// Whether a name is one that AWS takes for a standard topic: 1 to 256 of `A-Z a-z 0-9 - _`.
    static func isValid(name: String) -> Bool {
        (1...256).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}
