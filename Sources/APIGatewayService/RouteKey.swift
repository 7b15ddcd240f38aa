// SPDX-License-Identifier: Apache-2.0

/// The key of a route: a method and a path, `GET /images/{id}` say, or `$default`.
///
/// Grammar: AWS documentation, "Create routes for HTTP APIs in API Gateway".
public struct RouteKey: Sendable, Hashable {
    enum Segment: Sendable, Hashable {
        case literal(String)
        /// `{name}`: one segment of the path.
        case variable(String)
        /// `{name+}`: what is left of the path, one segment at least.
        case greedy(String)
    }

    enum Pattern: Sendable, Hashable {
        case fallback
        /// The method is nil for `ANY`.
        case path(method: String?, segments: [Segment])
    }

    /// The key as the template gave it.
    public let text: String
    let pattern: Pattern

    /// Reads a key.
    ///
    /// - Throws: ``HTTPAPIError`` for what is no key: an unknown method, a path without its slash, a broken variable.
    public init(_ text: String) throws(HTTPAPIError) {
        self.text = text
        guard text != "$default" else {
            pattern = .fallback
            return
        }
        let parts = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, Self.methods.contains(String(parts[0])), parts[1].hasPrefix("/") else {
            throw HTTPAPIError("The route key \"\(text)\" is neither $default nor a method and a path.")
        }
        let method = parts[0] == "ANY" ? nil : String(parts[0])
        pattern = .path(method: method, segments: try Self.segments(of: parts[1], in: text))
    }

    /// The path as the ARNs of requests have it, without a slash at its end; nil for `$default`.
    var resourcePath: Substring? {
        guard case .path = pattern, let space = text.firstIndex(of: " ") else { return nil }
        let path = text[text.index(after: space)...]
        return path.utf8.count > 1 && path.hasSuffix("/") ? path.dropLast() : path
    }

    private static let methods: Set<String> = [
        "ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT",
    ]

    private static func segments(of path: Substring, in text: String) throws(HTTPAPIError) -> [Segment] {
        var segments: [Segment] = []
        var names: Set<String> = []
        for piece in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            if case .greedy? = segments.last {
                throw HTTPAPIError("In the route key \"\(text)\" something follows the greedy variable.")
            }
            let segment = try segment(piece, in: text)
            if let name = segment.variableName, !names.insert(name).inserted {
                throw HTTPAPIError("The route key \"\(text)\" names the variable \"\(name)\" twice.")
            }
            segments.append(segment)
        }
        return segments
    }

    private static func segment(_ piece: Substring, in text: String) throws(HTTPAPIError) -> Segment {
        guard piece.contains("{") || piece.contains("}") else { return .literal(String(piece)) }
        let inner = piece.dropFirst().dropLast()
        let isGreedy = inner.hasSuffix("+")
        let name = String(isGreedy ? inner.dropLast() : inner)
        let isName = !name.isEmpty && !name.contains { $0 == "{" || $0 == "}" || $0 == "+" }
        guard piece.hasPrefix("{"), piece.hasSuffix("}"), isName else {
            throw HTTPAPIError("The route key \"\(text)\" holds \"\(piece)\", which is no variable.")
        }
        return isGreedy ? .greedy(name) : .variable(name)
    }
}

extension RouteKey.Segment {
    var variableName: String? {
        switch self {
        case .literal: nil
        case .variable(let name), .greedy(let name): name
        }
    }

    /// How little a segment says of the path: what compares lower is the better match.
    var vagueness: Int {
        switch self {
        case .literal: 0
        case .variable: 1
        case .greedy: 2
        }
    }
}
