// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import EventLoop
import Foundation
import HTTPServer
import JSON
import Replay
import ServiceProtocols

/// `POST /_martlet/replay/diff`: runs the same events on two sides, each in a copy of this emulator.
///
/// It answers with one line of JSON for each event, ``SideBySide``. `left` and `right` are versions or aliases, or the
/// absolute paths of templates; the events and the other parameters are those of ``ReplayAPI``. Events run one after
/// the other, each with all that comes of it, so that both sides see the same.
struct DiffAPI: HTTPHandler {
    static let path = "/_martlet/replay/diff"

    /// One side: what its copy is made of, and what events are run by there.
    private struct Side {
        var code = Shadow.Code.same
        var qualifier: String?

        init(_ text: String) {
            if text.hasPrefix("/") { code = .template(URL(filePath: text)) } else { qualifier = text }
        }
    }

    let replay: ReplayAPI
    let origin: ShadowOrigin

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        guard request.method == "POST" else { return .message(405, "POST \(Self.path)") }
        var parameters = QueryString(parsing: request.query ?? "")
        guard let left = parameters.take("left"), let right = parameters.take("right") else {
            return .message(400, "left and right name two versions, aliases or templates.")
        }
        do {
            let options = try ReplayOptions(parameters: parameters)
            let sides = [Side(left), Side(right)]
            let plans = try sides.map { side throws(ReplayRequestError) in
                var options = options
                options.qualifier = side.qualifier ?? options.qualifier
                options.waitsForEnds = false
                return try ReplayPlan(options)
            }
            let events = try replay.events(parameters, request)
            return .lines { [parameters] writer in
                let output = LineOutput(writer, loop: replay.loop)
                async let _ = events.tellTotal(parameters, output)
                do {
                    try await compare(sides.map(\.code), plans, events.next, output)
                } catch {
                    await output.write(message: "\(error)")
                }
            }
        } catch {
            return .message(400, "\(error)")
        }
    }

    private func compare(
        _ codes: [Shadow.Code], _ plans: [ReplayPlan], _ next: @Sendable () async throws -> ReplayEvent?,
        _ output: LineOutput
    ) async throws {
        let left = try await Shadow.start(origin, codes[0])
        let right: Shadow
        do {
            right = try await Shadow.start(origin, codes[1])
        } catch {
            await left.stop()
            throw error
        }
        do {
            while await !output.isBroken, let event = try await next() {
                async let one = left.observe(event, plans[0])
                let other = try await right.observe(event, plans[1])
                await output.write(try Self.sideBySide(event, try await one, other, plans[0].comparison).json)
            }
        } catch {
            await left.stop()
            await right.stop()
            throw error
        }
        await left.stop()
        await right.stop()
    }

    /// - Throws: when the event could not be run at all.
    static func sideBySide(
        _ event: ReplayEvent, _ left: Shadow.Observed, _ right: Shadow.Observed, _ comparison: RunComparison
    ) throws -> SideBySide {
        for side in [left, right] where side.result.outcome == .refused {
            throw ReplayRequestError("Event \(event.id) cannot be run: \(side.result.error ?? "it was refused")")
        }
        var differences: [ReplayDifference] = []
        if let one = left.observation, let other = right.observation {
            differences = comparison.differences(one, other, event: event.payload)
        } else if left.result.outcome != right.result.outcome {
            differences = [
                ReplayDifference(
                    path: "$.outcome", left: .string(left.result.outcome.rawValue),
                    right: .string(right.result.outcome.rawValue))
            ]
        }
        return SideBySide(id: event.id, left: left.result, right: right.result, differences: differences)
    }
}

extension QueryString {
    /// Removes a parameter, and returns its first value.
    mutating func take(_ name: String) -> String? {
        let value = self[name]
        parameters.removeAll { $0.name == name }
        return value
    }
}
