// SPDX-License-Identifier: Apache-2.0
public import Buffers

/// A function whose event and result are JSON.
///
/// One value handles every invocation of its execution environment, one after the other.
public protocol LambdaHandler: Sendable {
    associatedtype Event: Decodable & Sendable
    /// What the function returns; ``Empty`` for a function that returns nothing.
    associatedtype Output: Encodable & Sendable

    /// Handles one event.
    ///
    /// - Throws: anything; it becomes the error of the invocation. See ``LambdaErrorConvertible``.
    func handle(_ event: Event, context: LambdaContext) async throws -> Output
}

/// A function that takes the payload as it came and returns one as it shall go: no byte of either is looked at.
public protocol RawLambdaHandler: Sendable {
    /// Handles one event.
    ///
    /// - Throws: anything; it becomes the error of the invocation. See ``LambdaErrorConvertible``.
    func handle(_ event: Bytes, context: LambdaContext) async throws -> Bytes
}

/// Nothing: `null` as a result, and an event that is not looked at.
public struct Empty: Codable, Sendable, Equatable {
    /// The only value there is.
    public init() {}

    /// Reads nothing, so that any JSON will do.
    ///
    /// - Throws: nothing; `Decodable` allows for it.
    public init(from decoder: any Decoder) throws {}

    /// Writes `null`.
    ///
    /// - Throws: what the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encodeNil()
    }
}
