// SPDX-License-Identifier: Apache-2.0

/// Which keys a listing asks for.
struct ListingRequest: Sendable, Equatable {
    var prefix = ""
    /// Empty for none.
    var delimiter = ""
    /// Keys up to this one, with it, are left out.
    var after = ""
    /// Whether `after` ended an earlier page: if it was a common prefix, all keys under it are left out too.
    var afterIsFromPage = false
    var limit = S3Limits.listed
}

/// Where to go on reading keys, in their order.
enum KeyBound: Sendable, Equatable {
    case from(String)
    case after(String)
}

/// One page of a listing.
struct ListingPage<Entry> {
    enum Item {
        case object(key: String, Entry)
        case commonPrefix(String)
    }

    var items: [Item] = []
    /// What the next page begins after; nil on the last one.
    var next: String?
}

/// Makes a page of keys that come in order: rolls those with a common prefix up, and counts.
///
/// Everything is compared byte by byte: Swift's own order and prefixes know equivalent characters, S3 does not.
struct ListingCollector<Entry> {
    enum Step: Equatable {
        case next
        /// All keys up to this bound fall under the common prefix just found.
        case skip(to: KeyBound)
        case done
    }

    private let request: ListingRequest
    private(set) var page = ListingPage<Entry>()
    private var last: String?

    init(_ request: ListingRequest) {
        self.request = request
    }

    /// Where the first key is looked for; nil when no key can follow.
    var start: KeyBound? {
        let prefix = request.prefix
        guard !request.after.isEmpty else { return .from(prefix) }
        if request.afterIsFromPage, commonPrefix(of: request.after) == request.after {
            return KeyOrder.successor(of: request.after).map { .from($0) }
        }
        return request.after.utf8.lexicographicallyPrecedes(prefix.utf8) ? .from(prefix) : .after(request.after)
    }

    /// The first key that lies behind all those with the prefix; nil when there is none.
    var end: String? { request.prefix.isEmpty ? nil : KeyOrder.successor(of: request.prefix) }

    /// Takes the next key in order.
    mutating func visit(_ key: String, _ entry: () -> Entry) -> Step {
        guard key.utf8.starts(with: request.prefix.utf8) else { return .done }
        guard page.items.count < request.limit else {
            // With no room for a single key there is no page to go on from: S3 calls the listing complete.
            if request.limit > 0 { page.next = last }
            return .done
        }
        guard let common = commonPrefix(of: key) else {
            page.items.append(.object(key: key, entry()))
            last = key
            return .next
        }
        page.items.append(.commonPrefix(common))
        last = common
        guard let behind = KeyOrder.successor(of: common) else { return .done }
        return .skip(to: .from(behind))
    }

    private func commonPrefix(of key: String) -> String? {
        guard !request.delimiter.isEmpty, key.utf8.starts(with: request.prefix.utf8) else { return nil }
        let bytes = Array(key.utf8), delimiter = Array(request.delimiter.utf8)
        var index = request.prefix.utf8.count
        while index + delimiter.count <= bytes.count {
            if bytes[index..<index + delimiter.count].elementsEqual(delimiter) {
                return String(decoding: bytes[..<(index + delimiter.count)], as: UTF8.self)
            }
            index += 1
        }
        return nil
    }
}

/// The order of keys: that of their UTF-8 bytes, which is also that of their scalars.
enum KeyOrder {
    /// The first text behind all those that begin with `prefix`; nil when there is none.
    static func successor(of prefix: String) -> String? {
        var scalars = Array(prefix.unicodeScalars)
        while let last = scalars.popLast() {
            // Between U+D7FF and U+E000 there are no scalars.
            guard let next = Unicode.Scalar(last.value == 0xD7FF ? 0xE000 : last.value + 1) else { continue }
            scalars.append(next)
            var text = String.UnicodeScalarView()
            text.append(contentsOf: scalars)
            return String(text)
        }
        return nil
    }
}
