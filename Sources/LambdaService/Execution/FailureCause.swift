// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers

/// Why an invocation or an init failed without a word from the runtime.
enum FailureCause: Error, Equatable {
    case timedOut(seconds: Int)
    case exited(ProcessExit)
    /// It used more memory than the function has, and was killed for that.
    case outOfMemory
    case bootstrapMissing
    /// The system's reason for not running the bootstrap: `permission denied`, `exec format error`.
    case bootstrapNotExecutable(reason: String)
    static let bootstrapBusy = FailureCause.bootstrapNotExecutable(reason: "text file busy")
    case responseTooLarge(limit: Int)
    /// The body of the result broke off.
    case responseTruncated
    /// The result came with an unknown `Lambda-Runtime-Function-Response-Mode`.
    case responseModeInvalid
    /// An extension failed, with AWS's error type.
    case extensionFailed(type: String, message: String)
    /// Something of the emulator's own failed.
    case platform(String)

    /// How a process ended.
    enum ProcessExit: Sendable, Equatable {
        case status(Int)
        case signal(Int32)
    }
}

extension FailureCause {
    /// The error type of reports: for a lack of memory, they say more than the payload does.
    ///
    /// Observed on AWS: `Status: error\tError Type: Runtime.OutOfMemory`
    /// (https://github.com/nasa-gcn/gcn.nasa.gov/pull/3628).
    var reportedType: String { self == .outOfMemory ? "Runtime.OutOfMemory" : errorType }

    /// AWS's error type, as it stands in payloads.
    var errorType: String {
        switch self {
        case .timedOut: "Sandbox.Timedout"
        case .exited, .outOfMemory: "Runtime.ExitError"
        case .bootstrapMissing, .bootstrapNotExecutable: "Runtime.InvalidEntrypoint"
        case .responseTooLarge: "Function.ResponseSizeTooLarge"
        // Types: aws-lambda-runtime-interface-emulator, internal/lambda/fatalerror.
        case .responseTruncated: "Runtime.TruncatedResponse"
        case .responseModeInvalid: "Runtime.InvalidResponseModeHeader"
        case .extensionFailed(let type, _): type
        case .platform: "Runtime.Unknown"
        }
    }

    /// The payload that the caller gets in place of the function's.
    func payload(requestID: String) -> Bytes {
        var json = JSONObjectWriter()
        if case .responseTooLarge = self {
            // The order of the fields is the recorded one, as is the lack of a request id.
            json.add("errorMessage", message)
            json.add("errorType", errorType)
        } else {
            json.add("errorType", errorType)
            json.add("errorMessage", "RequestId: \(requestID) Error: \(message)")
        }
        return Bytes(json.finish())
    }

    /// What failed, in AWS's words.
    var message: String {
        switch self {
        case .timedOut(let seconds): "Task timed out after \(seconds).00 seconds"
        case .exited(.status(0)): "Runtime exited without providing a reason"
        case .exited(.status(let status)): "Runtime exited with error: exit status \(status)"
        case .exited(.signal(let signal)): "Runtime exited with error: signal: \(Self.name(of: signal))"
        case .outOfMemory: Self.exited(.signal(9)).message
        case .bootstrapMissing: "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"
        case .bootstrapNotExecutable(let reason): "fork/exec /var/task/bootstrap: \(reason)"
        case .responseTooLarge(let limit):
            "Response payload size exceeded maximum allowed payload size (\(limit) bytes)."
        case .responseTruncated: "HTTP request detected as truncated"
        case .responseModeInvalid: "Invalid function response mode"
        case .extensionFailed(_, let reason), .platform(let reason): reason
        }
    }

    /// Signals as Go names them, which is what Lambda's own supervisor is written in.
    static func name(of signal: Int32) -> String {
        let names: [Int32: String] = [
            1: "hangup", 2: "interrupt", 3: "quit", 4: "illegal instruction", 5: "trace/breakpoint trap", 6: "aborted",
            7: "bus error", 8: "floating point exception", 9: "killed", 10: "user defined signal 1",
            11: "segmentation fault", 12: "user defined signal 2", 13: "broken pipe", 14: "alarm clock",
            15: "terminated",
        ]
        return names[signal] ?? "signal \(signal)"
    }
}
