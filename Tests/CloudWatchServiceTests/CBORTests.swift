// SPDX-License-Identifier: Apache-2.0
import JSON
import Randomness
import Testing

@testable import CloudWatchService

/// The examples of RFC 8949, appendix A, as far as AWS's protocol has such items.
@Suite struct CBORTests {
    @Test(
        "An item is read as what it says",
        arguments: [
            ("00", JSONValue.integer(0)), ("1818", .integer(24)), ("1903e8", .integer(1000)),
            ("1b000000e8d4a51000", .integer(1_000_000_000_000)), ("1bffffffffffffffff", .number(0x1p64)),
            ("20", .integer(-1)), ("3863", .integer(-100)), ("f90000", .number(0)), ("f93c00", .number(1)),
            ("f97bff", .number(65504)), ("f90001", .number(5.960464477539063e-8)), ("f9c400", .number(-4)),
            ("fa47c35000", .number(100_000)), ("fb3ff199999999999a", .number(1.1)), ("f4", .bool(false)),
            ("f5", .bool(true)), ("f6", .null), ("c11a514b67b0", .integer(1_363_896_240)),
            ("c1fb41d452d9ec200000", .number(1_363_896_240.5)), ("6161", .string("a")), ("62c3bc", .string("ü")),
            ("7f657374726561646d696e67ff", .string("streaming")), ("80", .array([])),
            (
                "8301820203820405",
                .array([.integer(1), .array([.integer(2), .integer(3)]), .array([.integer(4), .integer(5)])])
            ),
            ("9f0102ff", .array([.integer(1), .integer(2)])),
            ("a26161016162820203", .object(["a": .integer(1), "b": .array([.integer(2), .integer(3)])])),
            ("bf6161f5ff", .object(["a": .bool(true)])),
        ])
    func reads(hex: String, value: JSONValue) {
        #expect(Self.bytes(hex).withUnsafeBytes { CBORReader.read($0) } == value)
    }

    @Test(
        "What is no such item is refused",
        arguments: [
            "", "18", "1b00", "61", "62c328", "7b7fffffffffffffff61", "9bffffffffffffffff", "bbffffffffffffffff00",
            "9f01", "a101", "a10102", "4101", "c24101", "ff", "1c", "0000", "f8ff",
        ])
    func refuses(hex: String) {
        #expect(Self.bytes(hex).withUnsafeBytes { CBORReader.read($0) } == nil)
    }

    @Test("Nesting has an end")
    func depth() {
        let arrays = [UInt8](repeating: 0x81, count: 100_000)
        let tags = [UInt8](repeating: 0xC1, count: 100_000)
        #expect(arrays.withUnsafeBytes { CBORReader.read($0) } == nil)
        #expect(tags.withUnsafeBytes { CBORReader.read($0) } == nil)
    }

    @Test("Bytes by chance are read or refused")
    func chance() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SplitMix64(seed: seed)
        for _ in 0..<20_000 {
            let bytes = (0..<Int(random.next() % 24)).map { _ in UInt8(truncatingIfNeeded: random.next() >> 8) }
            _ = bytes.withUnsafeBytes { CBORReader.read($0) }
        }
    }

    @Test("What is written is read again")
    func roundTrip() {
        var writer = CBORWriter()
        writer.add(
            .structure([
                ("text", .text(String(repeating: "é", count: 200))), ("negative", .integer(-70_000)),
                ("large", .integer(.max)), ("number", .number(1.25)), ("moment", .moment(1_700_000_000)),
                ("list", .list((0..<300).map { .integer($0) })), ("map", .map([("p99", .number(2))])),
            ]))
        let value = writer.bytes.withUnsafeBytes { CBORReader.read($0) }
        #expect(
            value
                == .object([
                    "text": .string(String(repeating: "é", count: 200)), "negative": .integer(-70_000),
                    "large": .integer(.max), "number": .number(1.25), "moment": .integer(1_700_000_000),
                    "list": .array((0..<300).map { .integer($0) }), "map": .object(["p99": .number(2)]),
                ]))
    }

    static func bytes(_ hex: String) -> [UInt8] {
        let digits = Array(hex.utf8)
        return stride(from: 0, to: digits.count, by: 2).map {
            UInt8(String(decoding: digits[$0..<($0 + 2)], as: UTF8.self), radix: 16) ?? 0
        }
    }
}
