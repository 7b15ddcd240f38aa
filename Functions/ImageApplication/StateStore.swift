// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials

/// Reads and changes `state/<id>.json` so that of two changes at once none is lost.
///
/// A change is made to the document as it was read and written on the condition that it is still that document:
/// `If-None-Match: *` for the first, `If-Match` with its ETag for those after. Who comes second reads again.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
package struct StateStore: Sendable {
    /// How often a change is tried; each conflict means that another change went through.
    package static let maximumAttempts = 20

    private let storage: any ObjectStorage

    package init(_ storage: any ObjectStorage) {
        self.storage = storage
    }

    /// The state of a request; nil when there is none.
    ///
    /// - Throws: what the storage throws, or a decoding error for a document that is none.
    package func state(of id: String) async throws -> ImageState? {
        try await read(id)?.state
    }

    /// Adds an event to a state.
    ///
    /// - Returns: the state after it.
    /// - Throws: ``WriteConflict`` when every attempt met another change, or what the storage throws.
    @discardableResult
    package func record(_ event: ImageState.Event, of id: String) async throws -> ImageState {
        try await change(id) { state in
            guard var state else { return ImageState(id: id, event) }
            state.record(event)
            return state
        }
    }

    /// Notes that the endpoint has a request that was submitted before.
    package func passOn(_ id: String, _ event: ImageState.Event) async throws {
        _ = try await change(id) { state in
            var state = state ?? ImageState(id: id, event)
            state.passOn()
            return state
        }
    }

    private func change(_ id: String, _ edit: (ImageState?) -> ImageState) async throws -> ImageState {
        for _ in 0..<Self.maximumAttempts {
            let found = try await read(id)
            let changed = edit(found?.state)
            if changed == found?.state { return changed }
            do {
                let condition = found.map { WriteCondition.matches(eTag: $0.eTag) } ?? .absent
                try await storage.put(
                    ImageKeys.state(id), try encode(changed), contentType: "application/json", if: condition)
                return changed
            } catch is WriteConflict {
                continue
            }
        }
        throw WriteConflict()
    }

    private func read(_ id: String) async throws -> (state: ImageState, eTag: String)? {
        let location = S3Location(bucket: storage.bucket, key: ImageKeys.state(id))
        guard let file = try await storage.get(location) else { return nil }
        return (try JSONDecoder().decode(ImageState.self, from: Data(file.body)), file.eTag)
    }

    private func encode(_ state: ImageState) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(state))
    }
}
