// SPDX-License-Identifier: Apache-2.0
package import FoundationEssentials

/// What somebody wants drawn; a value of this type is always valid.
package struct ImageRequest: Sendable, Equatable {
    /// How many words of a prompt the text encoder of Stable Diffusion has room for.
    package static let maximumWords = 77
    /// In pixels; sides are multiples of 8 besides.
    package static let sides = 64...1024
    /// The side of a picture whose size nobody gave.
    package static let defaultSide = 256

    package let prompt: String
    package let width: Int
    package let height: Int
    /// Makes the same picture again.
    package let seed: Int?

    /// - Throws: ``InvalidRequest`` with the first thing that is wrong.
    package init(prompt: String?, width: Int? = nil, height: Int? = nil, seed: Int? = nil) throws(InvalidRequest) {
        let words = (prompt ?? "").split(whereSeparator: \.isWhitespace)
        guard let prompt, !words.isEmpty else { throw InvalidRequest("a prompt is required") }
        guard words.count <= Self.maximumWords else {
            throw InvalidRequest("the prompt has \(words.count) words, at most \(Self.maximumWords) are allowed")
        }
        self.prompt = prompt
        self.width = try Self.side("width", width)
        self.height = try Self.side("height", height)
        if let seed, !(0...Int(UInt32.max) ~= seed) {
            throw InvalidRequest("seed must be within 0 and \(UInt32.max), it is \(seed)")
        }
        self.seed = seed
    }

    private static func side(_ name: String, _ given: Int?) throws(InvalidRequest) -> Int {
        let side = given ?? defaultSide
        guard sides.contains(side), side.isMultiple(of: 8) else {
            throw InvalidRequest(
                "\(name) must be a multiple of 8 within \(sides.lowerBound) and \(sides.upperBound), it is \(side)")
        }
        return side
    }
}

/// Why something is no request for a picture; fit to be shown to whoever sent it.
package struct InvalidRequest: Error, Equatable {
    package let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}

extension ImageRequest {
    /// Reads `{"prompt", "width", "height", "seed"}`; all but the prompt may be missing, further keys are passed by.
    ///
    /// - Throws: ``InvalidRequest``.
    package init(json: Data) throws(InvalidRequest) {
        guard let fields = try? JSONDecoder().decode(Fields.self, from: json) else {
            throw InvalidRequest("the request is not a JSON object")
        }
        if let name = fields.notWhole { throw InvalidRequest("\(name) must be a whole number") }
        if fields.hasOtherPrompt { throw InvalidRequest("prompt must be a string") }
        try self.init(prompt: fields.prompt, width: fields.width, height: fields.height, seed: fields.seed)
    }

    /// Reads the parameters of a query.
    ///
    /// - Throws: ``InvalidRequest``.
    package init(query: [String: String]) throws(InvalidRequest) {
        var numbers: [String: Int] = [:]
        for name in ["width", "height", "seed"] {
            guard let text = query[name] else { continue }
            guard let number = Int(text) else { throw InvalidRequest("\(name) must be a whole number") }
            numbers[name] = number
        }
        try self.init(
            prompt: query["prompt"], width: numbers["width"], height: numbers["height"], seed: numbers["seed"])
    }

    /// What the endpoint is given.
    package var json: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let fields = Fields(prompt: prompt, width: width, height: height, seed: seed)
        // Strings and integers always have a JSON form.
        return (try? encoder.encode(fields)).map { [UInt8]($0) } ?? []
    }

    private struct Fields: Codable {
        var prompt: String?
        var width: Int?
        var height: Int?
        var seed: Int?
        /// The first number that is none.
        var notWhole: String?
        var hasOtherPrompt = false

        enum CodingKeys: String, CodingKey {
            case prompt, width, height, seed
        }

        init(prompt: String, width: Int, height: Int, seed: Int?) {
            self.prompt = prompt
            self.width = width
            self.height = height
            self.seed = seed
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            do {
                prompt = try container.decodeIfPresent(String.self, forKey: .prompt)
            } catch {
                hasOtherPrompt = true
            }
            width = number(.width, in: container)
            height = number(.height, in: container)
            seed = number(.seed, in: container)
        }

        private mutating func number(_ key: CodingKeys, in container: KeyedDecodingContainer<CodingKeys>) -> Int? {
            do {
                return try container.decodeIfPresent(Int.self, forKey: key)
            } catch {
                notWhole = notWhole ?? key.stringValue
                return nil
            }
        }
    }
}
