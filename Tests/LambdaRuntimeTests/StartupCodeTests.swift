// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import LambdaRuntime

@Suite struct StartupCodeTests {
    @Test("A program's code leaves memory, and runs on")
    func release() throws {
        let before = try Self.residentCode()
        StartupCode.release()
        let after = try Self.residentCode()
        #expect(after > 0)
        #expect(after < before)
    }

    /// How much of this program's code is in memory, in KiB (proc(5), `smaps`).
    private static func residentCode() throws -> Int {
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        var (isCode, resident) = (false, 0)
        for line in try String(contentsOfFile: "/proc/self/smaps", encoding: .utf8).split(separator: "\n") {
            let words = line.split(separator: " ")
            if words[0].hasSuffix(":") {
                if isCode, words[0] == "Rss:" { resident += Int(words[1]) ?? 0 }
            } else {
                isCode = words.count > 5 && words[1].contains("x") && line.hasSuffix(program)
            }
        }
        return resident
    }
}
