// SPDX-License-Identifier: Apache-2.0

/// The bucket as the application sees it; its tests have one in memory.
package protocol ObjectStorage: Sendable {
    var bucket: String { get }

    /// An object with its ETag; nil when there is none.
    func get(_ location: S3Location) async throws -> StoredFile?

    /// Writes an object of the application's bucket.
    ///
    /// - Throws: ``WriteConflict`` when the condition does not hold.
    func put(_ key: String, _ body: [UInt8], contentType: String, if condition: WriteCondition) async throws

    /// An address under which everybody can get an object for a while.
    func presignedURL(_ key: String, expiresIn: Duration) throws -> String
}

/// What an object must be like for a write to happen.
package enum WriteCondition: Sendable, Equatable {
    case always
    /// There is no object.
    case absent
    /// The object has this ETag.
    case matches(eTag: String)
}

/// Somebody else wrote the object first.
package struct WriteConflict: Error, Equatable {
    package init() {}
}

package struct StoredFile: Sendable, Equatable {
    package var body: [UInt8]
    package var eTag: String

    package init(body: [UInt8], eTag: String) {
        self.body = body
        self.eTag = eTag
    }
}

/// The endpoint that draws.
package protocol Drawing: Sendable {
    /// Asks for a picture and waits for it.
    ///
    /// - Returns: the raw output.
    /// - Throws: ``DrawingFailure`` when the endpoint or its model fails.
    func draw(_ request: [UInt8]) async throws -> [UInt8]

    /// Asks for a picture that will come later.
    ///
    /// - Throws: ``DrawingFailure`` when the endpoint does not take the request.
    func drawLater(_ input: S3Location, id: String) async throws
}

/// What the endpoint says when it gives no picture.
package struct DrawingFailure: Error, Equatable {
    package let reason: String

    package init(reason: String) {
        self.reason = reason
    }
}
