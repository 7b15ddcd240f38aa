// SPDX-License-Identifier: Apache-2.0
import Buffers
import FunctionClock
import Glibc
import Logging

/// Writes each message as one line of JSON with the field names of AWS Lambda Powertools.
struct StructuredLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    var logLevel: Logger.Level

    private let function: RuntimeEnvironment
    private let invocation: InvocationDetails?
    private let write: @Sendable (Bytes) -> Void
    private let now: @Sendable () -> timespec

    init(
        function: RuntimeEnvironment, invocation: InvocationDetails?,
        now: @escaping @Sendable () -> timespec = { FunctionClock.now },
        write: @escaping @Sendable (Bytes) -> Void
    ) {
        self.function = function
        self.invocation = invocation
        self.now = now
        self.write = write
        logLevel = function.logging.level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var line = JSONLine()
        line.add("level", event.level.rawValue.uppercased())
        line.add("location", "\(event.file.lastPathComponent):\(event.line)")
        line.add("message", event.message.description)
        line.add("timestamp", LogTimestamp.text(now()))
        line.add("service", function.logging.service)
        addFunction(to: &line)
        if let error = event.error {
            line.add("exception_name", String(describing: type(of: error)))
            line.add("exception", String(describing: error))
        }
        line.add(merged(with: event.metadata))
        write(line.finish())
    }

    private func addFunction(to line: inout JSONLine) {
        line.add("function_name", function.functionName)
        line.add("function_memory_size", function.memoryLimitMB)
        guard let invocation = invocation ?? LambdaLogging.currentInvocation else { return }
        line.add("function_arn", invocation.invokedFunctionARN)
        line.add("function_request_id", invocation.requestID)
        line.add("cold_start", invocation.isColdStart)
        if let root = invocation.traceID?.traceRoot { line.add("xray_trace_id", root) }
    }

    private func merged(with explicit: Logger.Metadata?) -> Logger.Metadata {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { _, new in new } }
        if let explicit { all.merge(explicit) { _, new in new } }
        return all
    }
}

extension String {
    var lastPathComponent: Substring {
        self[(lastIndex(of: "/").map { index(after: $0) } ?? startIndex)...]
    }

    /// The id in `Root=ID;Parent=…`, which is what Powertools logs of a trace header.
    var traceRoot: String {
        for part in split(separator: ";") where part.hasPrefix("Root=") {
            return String(part.dropFirst(5))
        }
        return self
    }
}

extension Bytes {
    /// Writes everything to a file, in one call if the kernel takes it all.
    ///
    /// What cannot be written is lost: there is nowhere to say so.
    func writeAll(to descriptor: Int32) {
        withUnsafeBytes { bytes in
            var rest = bytes
            while let base = rest.baseAddress, !rest.isEmpty {
                let written = Glibc.write(descriptor, base, rest.count)
                if written < 0 && errno == EINTR { continue }
                guard written > 0 else { return }
                rest = UnsafeRawBufferPointer(rebasing: rest[written...])
            }
        }
    }
}
