// SPDX-License-Identifier: Apache-2.0
import AWSWire
import ArgumentParser
import Emulator
import Foundation
import JSON
import Replay

/// Runs the same events on two sides, and tells whether they come to the same.
struct ReplayDiff {
    /// What the exit status says.
    enum Status {
        static let different = ExitCode(1)
        static let notRun = ExitCode(2)
    }

    let left: String
    let right: String
    let isJSON: Bool

    /// - Parameter sides: versions, aliases, or templates.
    /// - Throws: `ValidationError` unless there are two.
    init(_ sides: [String], isJSON: Bool) throws {
        guard sides.count == 2 else {
            throw ValidationError("--diff takes two sides: versions, aliases or templates. Name sources before it.")
        }
        (left, right) = (sides[0], sides[1])
        self.isJSON = isJSON
    }

    /// - Throws: an `ExitCode` that says whether they differ, or could not be run.
    func run(_ input: ReplayInput, _ options: ReplayOptions, at endpoint: String, until stop: StopSignal) async throws {
        var parameters = input.parameters(with: options)
        parameters.add("left", Self.side(left))
        parameters.add("right", Self.side(right))
        let stream = ReplayStream(
            endpoint: endpoint, path: "/_martlet/replay/diff", parameters: parameters, body: input.body)
        var report = DiffReport(left: left, right: right)
        var failure: String?
        var progress = ReplayProgress(total: input.count)
        do {
            for try await line in stream.lines(until: stop) {
                if let sides = SideBySide(line) {
                    report.add(sides)
                    if isJSON { Console.output(line.text) }
                    progress.show(report.progress)
                } else if !progress.readTotal(line) {
                    failure = line["message"]?.string
                }
            }
        } catch {
            failure = "\(error)"
        }
        progress.end()
        if report.events > 0 || failure == nil { Console.output(isJSON ? report.json.text : report.text) }
        if let failure {
            Console.note("Error: \(failure)")
            throw Status.notRun
        }
        if await stop.hasCome { throw ExitCode(130) }
        if report.events == 0 { throw Status.notRun }
        if report.different > 0 { throw Status.different }
    }

    /// The emulator may run in another folder.
    private static func side(_ text: String) -> String {
        FileManager.default.fileExists(atPath: text) ? URL(filePath: text).absoluteURL.path : text
    }
}
