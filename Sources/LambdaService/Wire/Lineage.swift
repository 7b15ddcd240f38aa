// SPDX-License-Identifier: Apache-2.0

/// The field `Lineage` of a trace header, by which loops are found: `Lineage=REQUESTS:HASH:LOOPS`.
///
/// It has room for one resource. Which one a chain of calls is measured against is chosen as in Brent's cycle
/// detection: the first, and, while it has not come round, the one at each power of two. So a loop is found wherever
/// the chain entered it. AWS documents the field for readers only
/// (https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader).
struct Lineage: Equatable {
    /// How many invocations the chain has so far.
    var requests: UInt16
    /// The resource that is watched, a function's ``FunctionVersion/lineage``.
    var hash: UInt32
    /// How often it has come round.
    var loops: UInt8

    /// About 16 times through the same chain are let pass
    /// (https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html).
    static let limit: UInt8 = 16

    /// The first invocation of a chain.
    init(first hash: UInt32) {
        (requests, self.hash, loops) = (1, hash, 0)
    }

    /// Reads a field's value; nil for what is none.
    ///
    /// Of the older form, `HASH:LOOPS|HASH:LOOPS`, the last pair counts.
    init?(_ text: Substring) {
        let pairs = text.utf8.split(separator: UInt8(ascii: "|"))
        let parts = pairs.last?.split(separator: UInt8(ascii: ":")).map(Substring.init) ?? []
        guard (2...3).contains(parts.count), let loops = UInt8(parts[parts.count - 1]),
            case let hash = parts[parts.count - 2], hash.utf8.count == 8, let hash = UInt32(hash, radix: 16)
        else { return nil }
        self.requests = parts.count == 3 ? UInt16(parts[0]) ?? 1 : 1
        self.hash = hash
        self.loops = loops
    }

    /// The lineage of the invocation that follows in the chain.
    func next(for function: UInt32) -> Lineage {
        var next = self
        next.requests = min(requests, UInt16(Int16.max) - 1) + 1
        if hash == function {
            next.loops = min(loops, .max - 1) + 1
        } else if loops == 0, next.requests.nonzeroBitCount == 1 {
            next.hash = function
        }
        return next
    }

    /// As it stands in a header.
    var text: String {
        let digits = String(hash, radix: 16)
        return "\(requests):\(String(repeating: "0", count: 8 - digits.utf8.count))\(digits):\(loops)"
    }

    /// Whether the chain has come round once too often.
    var isLoop: Bool { loops >= Self.limit }

    /// The name by which a function is watched.
    static func hash(of arn: String) -> UInt32 {
        // FNV-1a.
        arn.utf8.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
    }
}
