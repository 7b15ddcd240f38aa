// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The functions of a service as they are at one moment, with their versions, aliases and all that belongs to them.
public struct FunctionSnapshot: Sendable {
    fileprivate let documents: [(name: String, document: Data)]
    fileprivate let codeDirectory: String
}

// Functions of another emulator that are run here too.
extension LambdaService {
    /// All functions as they are now.
    ///
    /// Their code stays where it is: the snapshot is good for as long as it is there.
    ///
    /// - Throws: `EncodingError`.
    public func snapshot() throws -> FunctionSnapshot {
        let encoder = JSONEncoder()
        // Addresses are looked for in it.
        encoder.outputFormatting = .withoutEscapingSlashes
        let documents = try registry.functions.sorted { $0.key < $1.key }.map { name, function in
            (name: name, document: try encoder.encode(FunctionRecord(function, code: codeFolder)))
        }
        return FunctionSnapshot(documents: documents, codeDirectory: options.codeDirectory)
    }

    /// Makes the functions of a snapshot; a function that is here already stays as it is.
    ///
    /// No environment is provisioned for them.
    ///
    /// - Parameters:
    ///   - endpoint: the other emulator's address, which functions may have in their variables.
    ///   - ownEndpoint: what takes its place.
    /// - Throws: `DecodingError`.
    public func adopt(
        _ snapshot: FunctionSnapshot, of endpoint: String, as ownEndpoint: String
    ) async throws {
        for (name, document) in snapshot.documents {
            let text = String(decoding: document, as: UTF8.self).replacingOccurrences(of: endpoint, with: ownEndpoint)
            let record = try JSONDecoder().decode(FunctionRecord.self, from: Data(text.utf8))
            _ = try await restore(record, named: name, in: CodeFolder(path: snapshot.codeDirectory))
        }
        registry.changed = []
    }
}
