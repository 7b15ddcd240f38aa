// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials

/// What the model is asked for: JSON with `prompt`, `width`, `height` and `seed`, or a bare prompt as
/// `application/x-text`.
struct PaintingOrder: Sendable, Equatable {
    /// A prompt that holds these words makes the model fail with status 500, so that the way of errors can be tried.
    static let failingWords = "please fail"

    struct Invalid: Error, Equatable {
        let reason: String
    }

    var prompt: String
    var width = 256
    var height = 256
    var seed: UInt64 = 0

    var asksForFailure: Bool { prompt.lowercased().contains(Self.failingWords) }

    init(prompt: String, width: Int = 256, height: Int = 256, seed: UInt64 = 0) {
        self.prompt = prompt
        self.width = width
        self.height = height
        self.seed = seed
    }

    init(contentType: String?, body: [UInt8]) throws(Invalid) {
        let type = contentType.map { $0.prefix { $0 != ";" }.lowercased() } ?? "application/json"
        switch type {
        case "application/x-text", "text/plain":
            prompt = String(decoding: body, as: UTF8.self)
        case "application/json":
            guard let fields = try? JSONDecoder().decode(Fields.self, from: Data(body)) else {
                throw Invalid(reason: "expected JSON with a prompt, and width, height and seed as whole numbers")
            }
            prompt = fields.prompt
            width = fields.width ?? width
            height = fields.height ?? height
            seed = fields.seed ?? seed
        default:
            throw Invalid(reason: "the content type \(type) is not supported")
        }
        guard prompt.contains(where: { !$0.isWhitespace }) else { throw Invalid(reason: "the prompt is empty") }
        guard 8...1024 ~= width, 8...1024 ~= height, width.isMultiple(of: 8), height.isMultiple(of: 8) else {
            throw Invalid(reason: "width and height must be multiples of 8 within 8 and 1024")
        }
    }

    private struct Fields: Decodable {
        var prompt: String
        var width: Int?
        var height: Int?
        var seed: UInt64?
    }
}
