// SPDX-License-Identifier: Apache-2.0

/// An error as AWS states it: a code that programs compare, a message that people read, and the HTTP status.
///
/// A service throws it wherever a request is answered with an error. It holds only what the caller may know.
public struct AWSError: Error, Sendable, Equatable {
    /// Whose fault it was, which the XML forms call `Sender` and `Receiver`.
    public enum Fault: Sendable, Equatable {
        /// The client's: `Sender` in XML, `User` in Lambda's JSON.
        case sender
        /// The service's: `Receiver` in XML, `Service` in Lambda's JSON.
        case receiver
    }

    /// One more field of the error's body, `BucketName` or `Reason` say.
    public struct Detail: Sendable, Equatable {
        /// What a field holds.
        public enum Value: Sendable, Equatable {
            /// A string in JSON, character data in XML.
            case text(String)
            /// A number in JSON, its decimal digits in XML.
            case number(Int)
        }

        /// The field's name in the body.
        public var name: String
        /// What it holds.
        public var value: Value

        /// A field that is text.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = .text(value)
        }

        /// A field that is a number.
        public init(_ name: String, _ value: Int) {
            self.name = name
            self.value = .number(value)
        }
    }

    /// What programs compare, such as `ResourceNotFoundException` or `NoSuchBucket`.
    public var code: String
    /// What went wrong, in AWS's words.
    public var message: String
    /// The HTTP status.
    public var status: Int
    /// Whose fault it was.
    public var fault: Fault
    /// Further fields, in the order in which they are written.
    public var details: [Detail]

    /// - Parameter fault: by default the receiver's from status 500 on, else the sender's.
    public init(_ code: String, _ message: String, status: Int, fault: Fault? = nil, details: [Detail] = []) {
        self.code = code
        self.message = message
        self.status = status
        self.fault = fault ?? (status >= 500 ? .receiver : .sender)
        self.details = details
    }

    /// The value of a further field that is text.
    public func detail(_ name: String) -> String? {
        for case .text(let text) in details.filter({ $0.name == name }).map(\.value) { return text }
        return nil
    }
}
