// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import Chaos
import Foundation
import HTTP1
import HTTPServer
import JSON
import ServiceProtocols

/// `/_martlet/chaos`: what goes wrong on purpose, at run time.
///
/// `GET /_martlet/chaos` tells the rules with their counts; `POST …/rules` adds one; `DELETE …/rules/ID` removes it,
/// `DELETE …/rules` all; `PUT …/seed` begins anew with `{"seed": N}`.
struct ChaosAPI {
    static let path = "/_martlet/chaos"

    let engine: ChaosEngine

    /// - Returns: nil when the request is about something else.
    func respond(to request: HTTPRequest) async -> HTTPResponse? {
        guard request.path == Self.path || request.path.hasPrefix("\(Self.path)/") else { return nil }
        let steps = request.path.dropFirst(Self.path.count).split(separator: "/").map(String.init)
        do throws(ChaosRefusal) {
            switch (request.method, steps.first, steps.count) {
            case ("GET", nil, 0): return report
            case ("POST", "rules", 1): return try add(try ChaosRule(try values(await json(request))))
            case ("DELETE", "rules", 1):
                try engine.change { $0.clear() }
                return report
            case ("DELETE", "rules", 2): return try remove(steps[1])
            case ("PUT", "seed", 1): return try restart(await json(request))
            default:
                return Self.message(
                    404, "There are GET \(Self.path), POST and DELETE \(Self.path)/rules, PUT \(Self.path)/seed.")
            }
        } catch {
            return Self.message(400, error.description)
        }
    }

    private var report: HTTPResponse {
        let (plan, strikes) = engine.snapshot
        return Self.encoded(200, ChaosReport(plan, strikes))
    }

    private func add(_ rule: ChaosRule) throws(ChaosRefusal) -> HTTPResponse {
        let id = try engine.change { (plan) throws(ChaosRefusal) in try plan.add(rule) }
        return Self.encoded(201, ChaosReport.Rule(id: id, text: rule.text, met: 0, struck: 0))
    }

    private func remove(_ text: String) throws(ChaosRefusal) -> HTTPResponse {
        guard let id = Int(text), try engine.change({ $0.remove(id) }) else {
            return Self.message(404, "there is no rule \(text)")
        }
        return report
    }

    private func restart(_ body: JSONValue) throws(ChaosRefusal) -> HTTPResponse {
        guard case .integer(let seed)? = body["seed"], seed >= 0 else {
            throw ChaosRefusal("seed is a whole number from 0: {\"seed\": 42}")
        }
        engine.restart(seed: UInt64(seed))
        return report
    }

    private func json(_ request: HTTPRequest) async throws(ChaosRefusal) -> JSONValue {
        guard let body = try? await request.body.collect(limit: 1 << 16), let value = JSONValue(parsing: body.string)
        else { throw ChaosRefusal("the body is a JSON object") }
        return value
    }

    private func values(_ body: JSONValue) throws(ChaosRefusal) -> [String: ChaosValue] {
        guard case .object(let members) = body else { throw ChaosRefusal("a rule is a JSON object") }
        var values: [String: ChaosValue] = [:]
        for (name, value) in members {
            switch value {
            case .string(let text): values[name] = .string(text)
            case .integer(let number): values[name] = .integer(Int(number))
            case .number(let number): values[name] = .number(number)
            default: throw ChaosRefusal("\(name) is a string or a number")
            }
        }
        return values
    }

    private static func encoded(_ status: Int, _ value: some Encodable) -> HTTPResponse {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let body = try? encoder.encode(value) else { return message(500, "The rules cannot be written.") }
        return json(status, Bytes(body))
    }

    private static func message(_ status: Int, _ text: String) -> HTTPResponse {
        var body = JSONObjectWriter()
        body.add("message", text)
        return json(status, Bytes(body.finish()))
    }

    private static func json(_ status: Int, _ body: Bytes) -> HTTPResponse {
        HTTPResponse(status: status, headers: ["Content-Type": "application/json"], body: body)
    }
}
