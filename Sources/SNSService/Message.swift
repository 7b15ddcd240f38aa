// SPDX-License-Identifier: Apache-2.0

/// What is published, once it was found valid.
struct Message: Sendable, Equatable {
    /// What is sent to functions: the message itself, or its `lambda` or `default` entry where the structure is `json`.
    var body: String
    var subject: String?
    /// In the order in which they were sent.
    var attributes: [MessageAttribute]
    /// What counts against the limit of 262144: the bytes of the message as sent, and of its attributes.
    var size: Int
    /// The `X-Amzn-Trace-Id` of the request, by which Lambda finds loops.
    var trace: String?
}

/// A named value beside a message.
struct MessageAttribute: Sendable, Equatable {
    var name: String
    /// `String`, `String.Array`, `Number`, `Binary`, or one of these with a label of the sender's after a full stop.
    var type: String
    /// The text; base64 for `Binary`.
    var value: String

    var size: Int { name.utf8.count + type.utf8.count + value.utf8.count }
}
