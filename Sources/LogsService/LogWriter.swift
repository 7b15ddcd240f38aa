// SPDX-License-Identifier: Apache-2.0
public import Buffers
public import ServiceProtocols

/// Writes lines to one stream, which it looks up once.
///
/// It is confined to the service's loop.
public final class LogWriter {
    private let logs: LogsService
    private let group: String
    private let stream: String
    private var destination: (group: LogGroup, stream: Int)?

    init(logs: LogsService, group: String, stream: String) {
        self.logs = logs
        self.group = group
        self.stream = stream
    }

    /// Keeps a line.
    public func append(_ message: Bytes, at moment: Timestamp) {
        let (group, stream) = found(at: moment.milliseconds)
        message.withUnsafeBytes {
            group.append($0, to: stream, timestamp: moment.milliseconds, ingestion: moment.milliseconds)
        }
    }

    private func found(at moment: Int64) -> (group: LogGroup, stream: Int) {
        if let destination, !destination.group.isDeleted, !destination.group.streams[destination.stream].isDeleted {
            return destination
        }
        let name = group
        let group = logs.assumeIsolated { $0.makeGroup(name, at: moment) }
        let new = (group, group.makeStream(stream, at: moment))
        destination = new
        return new
    }
}
