// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import Glibc

// The functions on what lies outside the template, and those of `AWS::LanguageExtensions`.
extension Evaluator {
    /// `Fn::Base64`: text.
    mutating func base64(_ value: Located) throws(Fault) -> String {
        Data(try text(value).utf8).base64EncodedString()
    }

    /// `Fn::GetAZs`: a region, or "" for the stack's.
    ///
    /// Which zones an account has differs; here it has the first three.
    mutating func availabilityZones(_ value: Located) throws(Fault) -> Node {
        let named = try text(value)
        let region = named.isEmpty ? settings.region : named
        return Self.list(["a", "b", "c"].map { region + $0 }, at: value)
    }

    /// `Fn::ImportValue`: the name of what another stack exports.
    mutating func importValue(_ value: Located) throws(Fault) -> String {
        let name = try text(value)
        guard let imported = settings.imports[name] else {
            throw value.fault(
                "No export named \(name) found. There are no other stacks here: give its value with --import")
        }
        return imported
    }

    /// `Fn::Length`: a list.
    mutating func length(_ value: Located) throws(Fault) -> Node {
        try requireExtensions("Fn::Length", value)
        return Node(value: .number("\(try list(value).count)"), offset: value.node.offset)
    }

    /// `Fn::ToJsonString`: an object or a list, whose text has no spaces.
    mutating func jsonText(_ value: Located) throws(Fault) -> String {
        try requireExtensions("Fn::ToJsonString", value)
        guard let node = try resolve(value), node.members != nil || node.items != nil else {
            throw value.fault("expected an object or a list, found \(value.node.kind)")
        }
        return node.json
    }

    func requireExtensions(_ function: String, _ value: Located) throws(Fault) {
        guard hasExtensions else {
            throw value.fault("\(function) needs \"Transform\": \"\(Template.languageExtensions)\"")
        }
    }

    /// `Fn::Cidr`: [block, how many, bits of each]: the first blocks of that size in a block.
    mutating func addressBlocks(_ value: Located) throws(Fault) -> Node {
        let arguments = try arguments(value, count: 2...3)
        let parts = try text(arguments[0]).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let length = Int(parts[1]), let address = Self.address(String(parts[0])),
            0...address.width ~= length
        else { throw arguments[0].fault("expected a block of addresses such as 10.0.0.0/16") }
        guard let count = Int(try text(arguments[1])), 1...256 ~= count else {
            throw arguments[1].fault("expected a number from 1 to 256")
        }
        let given = arguments.count == 3 ? Int(try text(arguments[2])) : address.width == 32 ? 8 : 64
        guard let bits = given, 1...address.width - length ~= bits || bits == 0 else {
            throw value.fault("Template error: Fn::Cidr has bits that do not fit into the block")
        }
        let room = address.width - length - bits
        guard room >= 8 || count <= 1 << room else {
            throw value.fault("Template error: \(count) blocks do not fit into \(parts[0])/\(length)")
        }
        let first = address.value & ~((1 << UInt128(address.width - length)) &- 1)
        let blocks = (0..<UInt128(count)).map { number in
            "\(Self.text(first + number << UInt128(bits), width: address.width))/\(address.width - bits)"
        }
        return Self.list(blocks, at: value)
    }

    private static func list(_ texts: [String], at value: Located) -> Node {
        Node(value: .list(texts.map { .text($0, at: value.node.offset) }), offset: value.node.offset)
    }

    private static func address(_ text: String) -> (value: UInt128, width: Int)? {
        var bytes = [UInt8](repeating: 0, count: 16)
        for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] where inet_pton(family, text, &bytes) == 1 {
            return (bytes.prefix(count).reduce(0) { $0 << 8 | UInt128($1) }, count * 8)
        }
        return nil
    }

    private static func text(_ address: UInt128, width: Int) -> String {
        let bytes = (0..<width / 8).reversed().map { UInt8(truncatingIfNeeded: address >> ($0 * 8)) }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { buffer in
            guard let base = buffer.baseAddress,
                inet_ntop(width == 32 ? AF_INET : AF_INET6, bytes, base, socklen_t(buffer.count)) != nil
            else { return "" }
            return String(cString: base)
        }
    }
}
