// SPDX-License-Identifier: Apache-2.0
import Randomness

/// The trace header of one invocation, `Root=1-…;Parent=…;Sampled=0;Lineage=1:…:0`
/// (https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader).
struct TraceHeader {
    /// What the function is given.
    let text: String
    /// The chain of calls that the invocation is part of.
    let lineage: Lineage

    /// The header of an invocation: the caller's with the next step of its lineage, or a new root.
    ///
    /// Nothing is sampled: there is no X-Ray here.
    ///
    /// - Parameters:
    ///   - sent: what the caller gave.
    ///   - function: the function's ``FunctionVersion/lineage``.
    ///   - seconds: the present moment, since 1970.
    init(from sent: String?, function: UInt32, seconds: Int64, _ random: inout RandomBits) {
        guard let sent, Self.isRooted(sent) else {
            lineage = Lineage(first: function)
            text = Self.root(function, seconds, &random)
            return
        }
        let (rest, old) = Self.split(sent)
        lineage = old?.next(for: function) ?? Lineage(first: function)
        text = "\(rest);Lineage=\(lineage.text)"
    }

    /// The header that an event was queued with.
    init(queued text: String) {
        self.text = text
        lineage = Self.split(text).lineage ?? Lineage(first: 0)
    }

    /// What a caller sent, or a new root where that is none; the lineage comes with the invocation.
    static func rooted(_ sent: String?, seconds: Int64, _ random: inout RandomBits) -> String {
        if let sent, isRooted(sent) { return sent }
        return split(root(0, seconds, &random)).rest
    }

    private static func isRooted(_ sent: String) -> Bool { sent.utf8.count <= 256 && sent.hasPrefix("Root=") }

    /// The header without its lineage, and that.
    private static func split(_ text: String) -> (rest: String, lineage: Lineage?) {
        let fields = text.utf8.split(separator: UInt8(ascii: ";"))
        let (lineages, others) = fields.reduce(into: ([Substring](), [Substring]())) { parts, field in
            if field.starts(with: "Lineage=".utf8) {
                parts.0.append(Substring(field.dropFirst(8)))
            } else {
                parts.1.append(Substring(field))
            }
        }
        guard let lineage = lineages.first else { return (text, nil) }
        return (others.joined(separator: ";"), Lineage(lineage))
    }

    private static func root(_ function: UInt32, _ seconds: Int64, _ random: inout RandomBits) -> String {
        let (first, second, parent) = (random.next(), random.next(), random.next())
        return String(unsafeUninitializedCapacity: 95) { memory in
            var text = TextWriter(memory)
            text.add("Root=1-")
            text.add(UInt32(truncatingIfNeeded: seconds))
            text.add("-")
            text.add(UInt32(truncatingIfNeeded: first))
            text.add(second)
            text.add(";Parent=")
            text.add(parent)
            text.add(";Sampled=0;Lineage=1:")
            text.add(function)
            text.add(":0")
            return text.count
        }
    }
}
