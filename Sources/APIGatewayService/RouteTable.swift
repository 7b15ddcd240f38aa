// SPDX-License-Identifier: Apache-2.0

/// Finds the route that a request takes.
///
/// Priority as in AWS documentation, "Working with routes for HTTP APIs": a full match for path and method, then a
/// match with a greedy variable, then `$default`. Among equals the path with the earlier literal wins, then the named
/// method before `ANY`.
struct RouteTable<Target: Sendable>: Sendable {
    struct Match {
        let key: RouteKey
        let target: Target
        /// Values of the path's variables as they were sent: still percent-encoded.
        let variables: [String: String]
    }

    private struct Entry {
        let key: RouteKey
        let method: String?
        let segments: [RouteKey.Segment]
        let target: Target

        var isGreedy: Bool {
            if case .greedy? = segments.last { true } else { false }
        }
    }

    /// From the most to the least specific, so the first that matches is the one.
    private let entries: [Entry]
    private let fallback: (key: RouteKey, target: Target)?

    /// - Throws: ``HTTPAPIError`` when two routes have one key.
    init(_ routes: [(key: RouteKey, target: Target)]) throws(HTTPAPIError) {
        var entries: [Entry] = []
        var fallback: (key: RouteKey, target: Target)?
        var seen: Set<RouteKey> = []
        for (key, target) in routes {
            guard seen.insert(key).inserted else {
                throw HTTPAPIError("Route with key \(key.text) already exists for this API")
            }
            switch key.pattern {
            case .fallback: fallback = (key, target)
            case .path(let method, let segments):
                entries.append(Entry(key: key, method: method, segments: segments, target: target))
            }
        }
        self.entries = entries.sorted(by: Self.isMoreSpecific)
        self.fallback = fallback
    }

    /// The route for a method and a path that starts with a slash; nil when there is none.
    func match(method: String, path: some StringProtocol) -> Match? {
        let rest = Substring(path).dropFirst()
        let pieces = rest.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        for entry in entries where entry.method == nil || entry.method == method {
            if let variables = Self.variables(of: entry.segments, in: pieces) {
                return Match(key: entry.key, target: entry.target, variables: variables)
            }
        }
        return fallback.map { Match(key: $0.key, target: $0.target, variables: [:]) }
    }

    private static func variables(of segments: [RouteKey.Segment], in pieces: [String]) -> [String: String]? {
        var found: [String: String] = [:]
        for (index, segment) in segments.enumerated() {
            guard index < pieces.count else { return nil }
            switch segment {
            case .literal(let text):
                guard pieces[index] == text else { return nil }
            case .variable(let name):
                guard !pieces[index].isEmpty else { return nil }
                found[name] = pieces[index]
            case .greedy(let name):
                let rest = pieces[index...].joined(separator: "/")
                guard !rest.isEmpty else { return nil }
                found[name] = rest
                return found
            }
        }
        return segments.count == pieces.count ? found : nil
    }

    private static func isMoreSpecific(_ left: Entry, _ right: Entry) -> Bool {
        if left.isGreedy != right.isGreedy { return right.isGreedy }
        for (leftSegment, rightSegment) in zip(left.segments, right.segments)
        where leftSegment.vagueness != rightSegment.vagueness {
            return leftSegment.vagueness < rightSegment.vagueness
        }
        if left.segments.count != right.segments.count { return left.segments.count > right.segments.count }
        return left.method != nil && right.method == nil
    }
}
