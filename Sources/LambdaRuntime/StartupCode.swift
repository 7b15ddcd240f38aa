// SPDX-License-Identifier: Apache-2.0
import CAuxv
import Glibc

/// The code of this program that only its start needs.
enum StartupCode {
    /// Gives back the memory of all code; what is needed again is mapped again from the page cache when it runs.
    ///
    /// A start runs through much that no invocation does: libraries set themselves up, and the kernel maps sixteen
    /// pages for each that is touched. Nobody writes to code, so nothing is lost.
    static func release() {
        let segments = programHeaders
        // Where the program was loaded, beside the addresses that it was linked for.
        guard let own = segments.first(where: { $0.p_type == PT_PHDR }), let table = segments.baseAddress else {
            return
        }
        let base = UInt(bitPattern: table) &- UInt(own.p_vaddr)
        let page = UInt(sysconf(Int32(_SC_PAGESIZE)))
        for segment in segments where segment.p_type == PT_LOAD && segment.p_flags & UInt32(PF_X | PF_W) == PF_X {
            let start = base &+ UInt(segment.p_vaddr)
            let first = start / page * page
            _ = madvise(
                UnsafeMutableRawPointer(bitPattern: first), Int(start - first) + Int(segment.p_memsz), MADV_DONTNEED)
        }
    }

    private static var programHeaders: UnsafeBufferPointer<Elf64_Phdr> {
        UnsafeBufferPointer(
            start: UnsafePointer(bitPattern: UInt(getauxval(UInt(AT_PHDR)))), count: Int(getauxval(UInt(AT_PHNUM))))
    }
}
