// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Foundation

/// Writes zip files, hostile ones too: entries are stored as they are given.
struct ZipFile {
    struct Entry {
        var name: String
        var content: [UInt8]
        var mode: UInt32

        static func file(_ name: String, _ content: String, mode: UInt32 = 0o644) -> Entry {
            Entry(name: name, content: Array(content.utf8), mode: 0o100000 | mode)
        }

        static func link(_ name: String, to target: String) -> Entry {
            Entry(name: name, content: Array(target.utf8), mode: 0o120777)
        }

        static func folder(_ name: String) -> Entry {
            Entry(name: "\(name)/", content: [], mode: 0o040755)
        }
    }

    private(set) var bytes: [UInt8] = []

    init(_ entries: [Entry]) {
        var directory: [UInt8] = []
        for entry in entries {
            let offset = bytes.count
            let head = Self.fields(entry)
            bytes += Self.number(0x0403_4b50, 4) + Self.number(20, 2) + head
            bytes += Array(entry.name.utf8) + entry.content
            directory += Self.number(0x0201_4b50, 4) + Self.number(0x0314, 2) + Self.number(20, 2) + head
            directory += Self.number(0, 6) + Self.number(UInt64(entry.mode) << 16, 4) + Self.number(UInt64(offset), 4)
            directory += Array(entry.name.utf8)
        }
        let start = bytes.count
        bytes += directory
        bytes += Self.number(0x0605_4b50, 4) + Self.number(0, 4)
        bytes += Self.number(UInt64(entries.count), 2) + Self.number(UInt64(entries.count), 2)
        bytes += Self.number(UInt64(directory.count), 4) + Self.number(UInt64(start), 4) + Self.number(0, 2)
    }

    /// Flags to extra length: what the local and the central header have in common.
    private static func fields(_ entry: Entry) -> [UInt8] {
        let sum = crc32(entry.content)
        let size = number(UInt64(entry.content.count), 4)
        return number(0, 4) + number(0, 4) + number(UInt64(sum), 4) + size + size
            + number(UInt64(entry.name.utf8.count), 2) + number(0, 2)
    }

    private static func number(_ value: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { $0 < 8 ? UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) : 0 }
    }

    private static func crc32(_ bytes: [UInt8]) -> UInt32 {
        var sum = UInt32.max
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? (sum >> 1) ^ 0xEDB8_8320 : sum >> 1 }
        }
        return ~sum
    }
}
