// SPDX-License-Identifier: Apache-2.0

/// How long an executable has to be: what its ELF header says (elf(5)).
///
/// A linker that writes the header first and the sections later leaves a file that can be started and cannot run.
///
/// Pure.
public enum ELFFile {
    /// How many bytes of the beginning are needed.
    public static let headerCount = 64

    /// The end of the section headers, which linkers put behind everything else; nil for what is no ELF file.
    ///
    /// - Parameter header: the first ``headerCount`` bytes of the file, or all that there are.
    /// - Returns: `.max` for a header that is not whole, or has not been filled in.
    public static func end(header: [UInt8]) -> Int? {
        guard header.starts(with: [0x7F, 0x45, 0x4C, 0x46]) else { return nil }
        guard header.count >= headerCount else { return .max }
        // This machine runs little-endian files only.
        let is64 = header[4] == 2
        func number(_ offset: Int, _ count: Int) -> UInt64 {
            (0..<count).reduce(0) { $0 | UInt64(header[offset + $1]) << UInt64(8 * $1) }
        }
        let offset = is64 ? number(0x28, 8) : number(0x20, 4)
        let (size, count) = is64 ? (number(0x3A, 2), number(0x3C, 2)) : (number(0x2E, 2), number(0x30, 2))
        let type = number(0x10, 2)
        guard type != 0, number(0x18, is64 ? 8 : 4) != 0 || type == 3 else { return .max }
        // A stripped file may have none.
        guard offset > 0 else { return headerCount }
        return Int(clamping: offset.addingReportingOverflow(size * count).partialValue)
    }
}
