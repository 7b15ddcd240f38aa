// SPDX-License-Identifier: Apache-2.0
import Buffers

/// The platform's own lines in a function's log, as bytes with their line ends
/// (LocalStack's recorded snapshot of AWS, tests/aws/services/lambda_/test_lambda.snapshot.json
/// test_invocation_with_logs; https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html).
enum LogLines {
    static func initStart(_ runtime: RuntimeVersion) -> Bytes {
        var line = Line(capacity: 192)
        line.add("INIT_START Runtime Version: ", runtime.name)
        line.add("\tRuntime Version ARN: ", runtime.arn)
        return line.finish()
    }

    static func start(requestID: String, version: String) -> Bytes {
        var line = Line(capacity: 80)
        line.add("START RequestId: ", requestID)
        line.add(" Version: ", version)
        return line.finish()
    }

    static func end(requestID: String) -> Bytes {
        var line = Line(capacity: 64)
        line.add("END RequestId: ", requestID)
        return line.finish()
    }

    static func report(_ report: InvocationReport, memoryMegabytes: Int, maxMemoryUsedMegabytes: Int) -> Bytes {
        var line = Line(capacity: 256)
        line.add("REPORT RequestId: ", report.requestID)
        line.add("\tDuration: ", milliseconds: report.nanoseconds)
        line.add("\tBilled Duration: ", report.billedMilliseconds, " ms")
        line.add("\tMemory Size: ", Int64(memoryMegabytes), " MB")
        line.add("\tMax Memory Used: ", Int64(maxMemoryUsedMegabytes), " MB")
        if let initialization = report.initNanoseconds { line.add("\tInit Duration: ", milliseconds: initialization) }
        line.add("\t")
        line.add(report.status)
        return line.finish()
    }

    static func initReport(_ report: InitReport) -> Bytes {
        var line = Line(capacity: 128)
        line.add("INIT_REPORT Init Duration: ", milliseconds: report.nanoseconds)
        line.add("\tPhase: ", report.phase.rawValue)
        line.add("\t")
        line.add(report.status)
        return line.finish()
    }

    // Spaces between the events as in logs of 2024 on AWS; older ones have none.
    static func extensionStatus(_ status: ExtensionStatus) -> Bytes {
        var line = Line(capacity: 128)
        line.add("EXTENSION\tName: ", status.name)
        line.add("\tState: ", status.state)
        line.add("\tEvents: [", status.events.joined(separator: ", "))
        line.add("]")
        if let type = status.errorType { line.add("\tError Type: ", type) }
        return line.finish()
    }

    static func subscription(_ status: SubscriptionStatus) -> Bytes {
        var line = Line(capacity: 128)
        line.add(status.api == .logs ? "LOGS\tName: " : "TELEMETRY\tName: ", status.name)
        line.add("\tState: ", status.state)
        line.add("\tTypes: [", status.types.map(\.title).joined(separator: ", "))
        line.add("]")
        return line.finish()
    }

    private struct Line: ~Copyable {
        private var bytes: BytesBuilder

        init(capacity: Int) { bytes = BytesBuilder(capacity: capacity) }

        mutating func add(_ label: StaticString) {
            bytes.append(UnsafeRawBufferPointer(start: label.utf8Start, count: label.utf8CodeUnitCount))
        }

        mutating func add(_ label: StaticString, _ text: String) {
            add(label)
            bytes.append(contentsOf: text.utf8)
        }

        mutating func add(_ label: StaticString, _ number: Int64, _ unit: StaticString) {
            add(label)
            add(number)
            add(unit)
        }

        /// Nanoseconds as milliseconds with two digits, rounded to the nearest.
        mutating func add(_ label: StaticString, milliseconds nanoseconds: Int64) {
            add(label)
            let hundredths = (max(0, nanoseconds) + 5000) / 10_000
            add(hundredths / 100)
            let fraction = UInt8(hundredths % 100)
            let digits: (UInt8, UInt8, UInt8) = (46, 48 + fraction / 10, 48 + fraction % 10)
            withUnsafeBytes(of: digits) { bytes.append($0) }
            add(" ms")
        }

        mutating func add(_ status: ReportStatus) {
            switch status {
            case .success: break
            case .error(let type): add("Status: error\tError Type: ", type)
            case .timeout: add("Status: timeout")
            }
        }

        private mutating func add(_ number: Int64) {
            withUnsafeTemporaryAllocation(byteCount: 20, alignment: 1) { digits in
                var rest = max(0, number), first = 20
                repeat {
                    first -= 1
                    digits[first] = 48 + UInt8(rest % 10)
                    rest /= 10
                } while rest > 0
                bytes.append(UnsafeRawBufferPointer(rebasing: digits[first...]))
            }
        }

        consuming func finish() -> Bytes {
            add("\n")
            return bytes.finish()
        }
    }
}
