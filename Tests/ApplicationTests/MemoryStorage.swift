// SPDX-License-Identifier: Apache-2.0
import EventLoop
import ImageApplication
import Locks

/// A bucket in memory, with S3's conditional writes.
final class MemoryStorage: ObjectStorage {
    private struct Contents {
        var files: [String: StoredFile] = [:]
        var types: [String: String] = [:]
        var writes = 0
        /// Called before each write, as if somebody else wrote first.
        var intruder: (@Sendable (MemoryStorage, String) -> Void)?
    }

    let bucket = "birds"
    private let contents = Locked(Contents())

    func get(_ location: S3Location) async throws -> StoredFile? {
        contents.withLock { location.bucket == bucket ? $0.files[location.key] : nil }
    }

    func put(_ key: String, _ body: [UInt8], contentType: String, if condition: WriteCondition) async throws {
        let intruder = contents.withLock { contents in
            defer { contents.intruder = nil }
            return contents.intruder
        }
        intruder?(self, key)
        try contents.withLock { contents in
            switch condition {
            case .always: break
            case .absent: guard contents.files[key] == nil else { throw WriteConflict() }
            case .matches(let eTag): guard contents.files[key]?.eTag == eTag else { throw WriteConflict() }
            }
            contents.writes += 1
            contents.files[key] = StoredFile(body: body, eTag: "\(contents.writes)")
            contents.types[key] = contentType
        }
    }

    func presignedURL(_ key: String, expiresIn: Duration) throws -> String {
        "https://\(bucket)/\(key)?expires=\(expiresIn.components.seconds)"
    }

    func store(_ key: String, _ text: String) {
        contents.withLock {
            $0.writes += 1
            $0.files[key] = StoredFile(body: Array(text.utf8), eTag: "\($0.writes)")
        }
    }

    func text(_ key: String) -> String? {
        contents.withLock { $0.files[key].map { String(decoding: $0.body, as: UTF8.self) } }
    }

    func bytes(_ key: String) -> [UInt8]? { contents.withLock { $0.files[key]?.body } }
    func type(_ key: String) -> String? { contents.withLock { $0.types[key] } }
    var keys: [String] { contents.withLock { $0.files.keys.sorted() } }
    var writes: Int { contents.withLock { $0.writes } }

    func beforeNextWrite(_ intruder: @escaping @Sendable (MemoryStorage, String) -> Void) {
        contents.withLock { $0.intruder = intruder }
    }
}

/// An endpoint that answers with what it is given.
final class MemoryEndpoint: Drawing {
    private let answer: Result<[UInt8], DrawingFailure>
    private let orders = Locked<[String]>([])

    init(_ answer: Result<String, DrawingFailure> = .success(#"{"generated_image": [[[1,2,3]]]}"#)) {
        self.answer = answer.map { Array($0.utf8) }
    }

    func draw(_ request: [UInt8]) async throws -> [UInt8] {
        orders.withLock { $0.append(String(decoding: request, as: UTF8.self)) }
        return try answer.get()
    }

    func drawLater(_ input: S3Location, id: String) async throws {
        orders.withLock { $0.append("\(id) from \(input.text)") }
        _ = try answer.get()
    }

    var received: [String] { orders.withLock { $0 } }
}
