// SPDX-License-Identifier: Apache-2.0
import Randomness
import Testing

@testable import S3Service

@Suite("Listing")
struct ListingTests {
    /// A listing read from keys in memory, as the tables read it from theirs.
    private func page(_ keys: [String], _ request: ListingRequest) -> (items: [String], next: String?) {
        var collector = ListingCollector<Int>(request)
        var bound = collector.start
        while let from = bound {
            bound = nil
            for key in keys where isReached(key, from) && collector.end.map({ precedes(key, $0) }) ?? true {
                let step = collector.visit(key) { 0 }
                if case .skip(let further) = step { bound = further }
                if step != .next { break }
            }
        }
        let items = collector.page.items.map { item in
            switch item {
            case .object(let key, _): key
            case .commonPrefix(let prefix): "[\(prefix)]"
            }
        }
        return (items, collector.page.next)
    }

    private func precedes(_ a: String, _ b: String) -> Bool { a.utf8.lexicographicallyPrecedes(b.utf8) }

    private func isReached(_ key: String, _ bound: KeyBound) -> Bool {
        switch bound {
        case .from(let first): !precedes(key, first)
        case .after(let last): precedes(last, key)
        }
    }

    /// All keys of a listing by the words of the documentation: filter, roll up, leave out doubles.
    private func naive(_ keys: [String], _ request: ListingRequest) -> [String] {
        var items: [String] = []
        for key in keys where key.utf8.starts(with: request.prefix.utf8) && precedes(request.after, key) {
            let rest = Array(key.utf8.dropFirst(request.prefix.utf8.count)), delimiter = Array(request.delimiter.utf8)
            var item = key
            if !delimiter.isEmpty,
                let at = rest.indices.first(where: { rest[$0...].starts(with: delimiter) })
            {
                let rolled = Array(request.prefix.utf8) + rest[..<(at + delimiter.count)]
                item = "[\(String(decoding: rolled, as: UTF8.self))]"
            }
            if items.last != item { items.append(item) }
        }
        return items
    }

    @Test(
        "Page by page, a listing gives what filtering and rolling up all keys gives", arguments: 0..<60 as Range<UInt64>
    )
    func pages(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let letters = ["a", "b", "/", "//", "é", "e\u{301}", "\u{D7FF}", "\u{10FFFF}", "-"]
        func text(_ longest: Int) -> String {
            (0..<Int.random(in: 0...longest, using: &random)).map { _ in letters.randomElement(using: &random) ?? "a" }
                .joined()
        }
        let keys = Set((0..<40).map { _ in Array((text(5) + "k").utf8) }).map { String(decoding: $0, as: UTF8.self) }
            .sorted(by: precedes)
        var request = ListingRequest(
            prefix: text(2), delimiter: ["", "/", "//", "é"].randomElement(using: &random) ?? "", after: text(2),
            limit: Int.random(in: 1...5, using: &random))
        let expected = naive(keys, request)
        var found: [String] = []
        while true {
            let (items, next) = page(keys, request)
            #expect(items.count <= request.limit)
            found += items
            guard let next else { break }
            #expect(items.count == request.limit)
            request.after = next
            request.afterIsFromPage = true
        }
        #expect(found == expected)
    }

    @Test("A page with room for nothing is complete")
    func noRoom() {
        let (items, next) = page(["a", "b"], ListingRequest(limit: 0))
        #expect(items.isEmpty && next == nil)
    }

    @Test("What lies behind a prefix comes after every key with it, and before every other later key")
    func successor() {
        #expect(KeyOrder.successor(of: "a/") == "a0")
        #expect(KeyOrder.successor(of: "a\u{D7FF}") == "a\u{E000}")
        #expect(KeyOrder.successor(of: "a\u{10FFFF}") == "b")
        #expect(KeyOrder.successor(of: "\u{10FFFF}") == nil)
        #expect(KeyOrder.successor(of: "") == nil)
    }

    @Test("A continuation token is read back, and nothing else is taken for one", arguments: ["k", "a b/é\n", "\u{1}"])
    func token(key: String) {
        #expect(ContinuationToken.key(ContinuationToken.make(after: key)) == key)
        #expect(ContinuationToken.key(key) == nil)
    }
}
