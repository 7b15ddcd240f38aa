// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Testing

@testable import LambdaRuntime

@Suite struct StartupCodeTests {
    @Test("A program's code leaves memory, and runs on; where somebody has written to it, it stays")
    func release() throws {
        let before = try Code()
        StartupCode.release()
        let after = try Code()
        #expect(after.resident > 0)
        #expect(after.resident < before.resident)
        #expect(after.written == 0)
        // As a debugger does that sets a breakpoint; here with what stands there already.
        let memory = open("/proc/self/mem", O_RDWR)
        try #require(memory >= 0)
        defer { close(memory) }
        var byte: UInt8 = 0
        try #require(pread(memory, &byte, 1, off_t(after.start)) == 1)
        try #require(pwrite(memory, &byte, 1, off_t(after.start)) == 1)
        #expect(try Code().written > 0)
        StartupCode.release()
        #expect(try Code().written > 0)
    }

    /// What memory this program's code has, in KiB (proc(5), `smaps`).
    private struct Code {
        var start: UInt = 0
        var (resident, written) = (0, 0)

        init() throws {
            let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            var isCode = false
            for line in try String(contentsOfFile: "/proc/self/smaps", encoding: .utf8).split(separator: "\n") {
                let words = line.split(separator: " ")
                if !words[0].hasSuffix(":") {
                    isCode = words.count > 5 && words[1].contains("x") && line.hasSuffix(program)
                    if isCode { start = words[0].split(separator: "-").first.flatMap { UInt($0, radix: 16) } ?? 0 }
                } else if isCode, let size = Int(words[1]) {
                    if words[0] == "Rss:" { resident += size }
                    if words[0] == "Anonymous:" { written += size }
                }
            }
        }
    }
}
