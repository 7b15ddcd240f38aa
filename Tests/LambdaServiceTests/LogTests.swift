// SPDX-License-Identifier: Apache-2.0
import Buffers
import ServiceProtocols
import Testing

@testable import LambdaService

@Suite("Log lines")
struct LogTests {
    private static let id = "c9e8fd4e-3b1c-4c2f-9d5a-0f3f1f0e6a11"

    // https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html, and the recorded snapshot
    // test_invocation_with_logs of LocalStack.
    @Test("Platform lines are AWS's to the byte")
    func golden() {
        #expect(
            LogLines.start(requestID: Self.id, version: "$LATEST").string
                == "START RequestId: \(Self.id) Version: $LATEST\n")
        #expect(LogLines.end(requestID: Self.id).string == "END RequestId: \(Self.id)\n")
        let first = InvocationReport(
            requestID: Self.id, nanoseconds: 133_610_000, initNanoseconds: 80_000_000, status: .success)
        #expect(
            LogLines.report(first, memoryMegabytes: 128, maxMemoryUsedMegabytes: 36).string
                == "REPORT RequestId: \(Self.id)\tDuration: 133.61 ms\tBilled Duration: 214 ms\tMemory Size: 128 MB\t"
                + "Max Memory Used: 36 MB\tInit Duration: 80.00 ms\t\n")
    }

    @Test("A report tells how it ended")
    func endings() {
        var report = InvocationReport(
            requestID: "r", nanoseconds: 3_000_000_000, initNanoseconds: nil, status: .timeout)
        #expect(
            LogLines.report(report, memoryMegabytes: 512, maxMemoryUsedMegabytes: 1).string
                == "REPORT RequestId: r\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\tMemory Size: 512 MB\t"
                + "Max Memory Used: 1 MB\tStatus: timeout\n")
        report.status = .error("Runtime.ExitError")
        #expect(
            LogLines.report(report, memoryMegabytes: 512, maxMemoryUsedMegabytes: 1).string.hasSuffix(
                "\tStatus: error\tError Type: Runtime.ExitError\n"))
        #expect(
            LogLines.initReport(InitReport(nanoseconds: 1_236_040_000, phase: .initialize, status: .timeout)).string
                == "INIT_REPORT Init Duration: 1236.04 ms\tPhase: init\tStatus: timeout\n")
        #expect(
            LogLines.initReport(InitReport(nanoseconds: 0, phase: .invoke, status: .error("Runtime.ExitError"))).string
                == "INIT_REPORT Init Duration: 0.00 ms\tPhase: invoke\tStatus: error\tError Type: Runtime.ExitError\n")
    }

    @Test(
        "Durations are rounded to hundredths, and billed in whole milliseconds upwards",
        arguments: [
            (0, "0.00", 0), (1, "0.00", 1), (4_999, "0.00", 1), (5_000, "0.01", 1), (999_999, "1.00", 1),
            (1_000_000, "1.00", 1), (1_000_001, "1.00", 2), (12_345_678_901, "12345.68", 12346),
        ] as [(Int64, String, Int64)])
    func rounding(nanoseconds: Int64, shown: String, billed: Int64) {
        let report = InvocationReport(requestID: "r", nanoseconds: nanoseconds, initNanoseconds: nil, status: .success)
        #expect(report.billedMilliseconds == billed)
        #expect(
            LogLines.report(report, memoryMegabytes: 128, maxMemoryUsedMegabytes: 0).string.contains(
                "Duration: \(shown) ms\t"))
    }

    @Test("A tail holds the last 4 KB, whatever came before")
    func tail() {
        var tail = LogTail(limit: 10)
        #expect(tail.take().isEmpty)
        for line in ["abcdefgh\n", "ijkl\n", "m\n"] { tail.append(Bytes(line)) }
        #expect(tail.take().string == "gh\nijkl\nm\n")
        #expect(tail.take().isEmpty)
        tail.append(Bytes(String(repeating: "x", count: 25)))
        for _ in 0..<100 { tail.append("yyy") }
        #expect(tail.take().string == "yyyyyyyyyy")
    }

    @Test("Output is cut into lines however it arrives")
    func lines() {
        var splitter = LineSplitter(limit: 8)
        var lines: [String] = []
        func add(_ text: String) {
            Array(text.utf8).withUnsafeBytes { splitter.append($0) { lines.append($0.string) } }
        }
        add("a\nb")
        add("c\n\nd")
        #expect(lines == ["a\n", "bc\n", "\n"])
        add("0123456789")
        #expect(lines.last == "d0123456")
        splitter.flush { lines.append($0.string) }
        #expect(lines.last == "789\n")
        splitter.flush { lines.append($0.string) }
        #expect(lines.count == 5)
        add("0123456789abc\n")
        #expect(lines.suffix(2) == ["01234567", "89abc\n"])
    }
}
