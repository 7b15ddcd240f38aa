// SPDX-License-Identifier: Apache-2.0
import EventLoop
import LambdaService
import LogsService

/// Keeps what functions write where CloudWatch Logs would have it.
///
/// Safety: `@unchecked Sendable` because it is confined to the loop, which each line checks; an actor would cost more
/// than what it does with a line.
final class LogsSink: LambdaLogSink, @unchecked Sendable {
    private struct Open {
        /// It is kept, so that its identity stays its own.
        let source: LambdaLogStream
        let writer: LogWriter
    }

    /// Environments come and go; the writers of those that went are forgotten together with the others now and then.
    private static let mostOpen = 4096

    private let logs: LogsService
    private let loop: EventLoop
    private var open: [ObjectIdentifier: Open] = [:]

    init(logs: LogsService, loop: EventLoop) {
        self.logs = logs
        self.loop = loop
    }

    func append(_ line: LambdaLogLine) {
        loop.preconditionOnLoop()
        writer(for: line.source).append(line.bytes, at: line.timestamp)
    }

    private func writer(for source: LambdaLogStream) -> LogWriter {
        if let open = open[ObjectIdentifier(source)] { return open.writer }
        if open.count >= Self.mostOpen { open = [:] }
        let writer = logs.writer(group: source.group, stream: source.name)
        open[ObjectIdentifier(source)] = Open(source: source, writer: writer)
        return writer
    }
}
