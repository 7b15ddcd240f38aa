// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import Scenario

/// The test files of a folder, or one of them.
struct TestFiles {
    private let places: [URL]
    /// What is played.
    let files: [TestFile]

    /// Reads the files in the order of their names.
    ///
    /// - Throws: `ValidationError` with the file that is wrong, or when there is none.
    init(_ path: String) throws {
        let place = URL(filePath: path)
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: place.path, isDirectory: &isFolder) else {
            throw ValidationError("There is no folder \(path) with events.")
        }
        if isFolder.boolValue {
            places = (try FileManager.default.contentsOfDirectory(at: place, includingPropertiesForKeys: nil))
                .filter { $0.pathExtension == "json" }
                .sorted { $0.lastPathComponent < $1.lastPathComponent }
        } else {
            places = [place]
        }
        guard !places.isEmpty else { throw ValidationError("The folder \(path) has no events (*.json).") }
        files = try places.map { place in
            do {
                let name = place.deletingPathExtension().lastPathComponent
                return try TestFile(name: name, text: [UInt8](try Data(contentsOf: place)))
            } catch {
                throw ValidationError("\(place.lastPathComponent): \(error)")
            }
        }
    }

    /// Writes into the files what would make their results accepted.
    ///
    /// - Returns: the names of the files that were changed.
    /// - Throws: what writing a file throws.
    func accept(_ played: [PlayedStep]) throws -> [String] {
        var changed: [String] = []
        for (place, file) in zip(places, files) {
            let old = [UInt8](try Data(contentsOf: place))
            var text = old
            for (index, step) in file.steps.enumerated() {
                guard let updates = played.first(where: { $0.step.name == step.name })?.updates, !updates.isEmpty
                else { continue }
                text = file.text(text, setting: updates, ofStep: index) ?? text
            }
            guard text != old else { continue }
            try Data(text).write(to: place, options: .atomic)
            changed.append(place.lastPathComponent)
        }
        return changed
    }
}
