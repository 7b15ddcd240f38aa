// SPDX-License-Identifier: Apache-2.0
import Glibc
import Testing

@testable import LambdaService

@Suite("Memory of processes")
struct ProcessMemoryTests {
    private static let status = """
        Name:\tRssAnon:  1 kB
        State:\tS (sleeping)
        VmPeak:\t  400000 kB
        VmHWM:\t   90000 kB
        VmRSS:\t   85000 kB
        RssAnon:\t   60000 kB
        RssFile:\t   20000 kB
        RssShmem:\t    5000 kB
        Threads:\t1

        """

    private static func parse(_ text: String) -> MemoryStatus? {
        Array(text.utf8).withUnsafeBytes { MemoryStatus(parsing: $0) }
    }

    @Test("The kernel's status is read; what has no memory has ended")
    func status() throws {
        let status = try #require(Self.parse(Self.status))
        #expect(status == MemoryStatus(peak: 90000, anonymous: 60000, file: 20000, shared: 5000))
        #expect(status.unreclaimable == 65000 && status.unreclaimablePeak == 70000 && status.resident == 85000)
        #expect(Self.parse("Name:\tdead\nState:\tZ (zombie)\n") == nil)
        #expect(Self.parse("") == nil)
        #expect(Self.parse("VmHWM:") == nil)
        #expect(MemoryStatus(process: getpid()) != nil)
        #expect(MemoryStatus(process: -1) == nil)
    }

    @Test("A report tells the peak, and the whole size once that was exceeded")
    func reports() throws {
        var memory = ProcessMemory(limitMegabytes: 128)
        let limit = 128 * 1024
        memory.note(try #require(Self.survey(resident: 40 * 1024 + 1, unreclaimable: 30 * 1024)))
        memory.note(try #require(Self.survey(resident: 1024, unreclaimable: 1024)))
        #expect(memory.peakMegabytes == 41 && !memory.isExceeded)
        // Files that are mapped can be dropped: they are no reason to kill.
        memory.note(try #require(Self.survey(resident: 2 * limit, unreclaimable: limit)))
        #expect(memory.peakMegabytes == 128 && !memory.isExceeded)
        memory.note(try #require(Self.survey(resident: 0, unreclaimable: limit + 1)))
        #expect(memory.peakMegabytes == 128 && memory.isExceeded)
        memory.restarted()
        #expect(memory.peakMegabytes == 128 && !memory.isExceeded)
    }

    @Test("What a process has started counts too")
    func survey() throws {
        let survey = try #require(MemorySurvey(of: [getpid()], limit: .max))
        let own = try #require(MemoryStatus(process: getpid()))
        #expect(survey.resident > 0 && survey.resident >= own.anonymous / 2)
        #expect(MemorySurvey(of: [-1], limit: 0) == nil)
    }

    /// A survey of these numbers: one of this process, changed.
    private static func survey(resident: Int, unreclaimable: Int) -> MemorySurvey? {
        var survey = MemorySurvey(of: [getpid()], limit: .max)
        survey?.resident = resident
        survey?.unreclaimable = unreclaimable
        return survey
    }
}
