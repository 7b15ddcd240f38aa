// SPDX-License-Identifier: Apache-2.0
import CAuxv
import Glibc

/// The code of this program that only its start needs.
enum StartupCode {
    /// Gives back the memory of all code; what is needed again is mapped again from the page cache when it runs.
    ///
    /// A start runs through much that no invocation does: libraries set themselves up, and the kernel maps sixteen
    /// pages for each that is touched. Code that somebody has written to stays: a debugger's breakpoints are in it.
    static func release() {
        let segments = programHeaders
        // Where the program was loaded, beside the addresses that it was linked for.
        guard let own = segments.first(where: { $0.p_type == PT_PHDR }), let table = segments.baseAddress,
            let written = writtenMappings()
        else { return }
        let base = UInt(bitPattern: table) &- UInt(own.p_vaddr)
        let page = UInt(sysconf(Int32(_SC_PAGESIZE)))
        for segment in segments where segment.p_type == PT_LOAD && segment.p_flags & UInt32(PF_X | PF_W) == PF_X {
            let start = base &+ UInt(segment.p_vaddr)
            let code = start / page * page..<start + UInt(segment.p_memsz)
            guard !written.contains(where: code.overlaps) else { continue }
            _ = madvise(UnsafeMutableRawPointer(bitPattern: code.lowerBound), code.count, MADV_DONTNEED)
        }
    }

    private static var programHeaders: UnsafeBufferPointer<Elf64_Phdr> {
        UnsafeBufferPointer(
            start: UnsafePointer(bitPattern: UInt(getauxval(UInt(AT_PHDR)))), count: Int(getauxval(UInt(AT_PHNUM))))
    }

    /// The mappings with pages that are no file's (proc(5), `smaps`); nil where that cannot be told.
    private static func writtenMappings() -> [Range<UInt>]? {
        guard let file = fopen("/proc/self/smaps", "r") else { return nil }
        defer { fclose(file) }
        var line: UnsafeMutablePointer<CChar>?
        defer { free(line) }
        var (capacity, mapping) = (0, 0..<0 as Range<UInt>)
        var written: [Range<UInt>] = []
        while getline(&line, &capacity, file) > 0, let text = line {
            if strncmp(text, "Anonymous:", 10) == 0 {
                if strtoul(text + 10, nil, 10) > 0 { written.append(mapping) }
            } else if isupper(Int32(text[0])) == 0 {
                // A mapping begins with its addresses; what is told of it begins with a capital.
                var rest: UnsafeMutablePointer<CChar>?
                let start = UInt(strtoul(text, &rest, 16))
                let end = rest.map { UInt(strtoul($0 + 1, nil, 16)) } ?? start
                mapping = start..<max(start, end)
            }
        }
        return written
    }
}
