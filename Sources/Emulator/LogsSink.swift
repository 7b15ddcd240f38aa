// SPDX-License-Identifier: Apache-2.0
import LambdaService
import LogsService

/// Keeps what functions write where CloudWatch Logs would have it.
struct LogsSink: LambdaLogSink {
    let logs: LogsService

    func append(_ line: LambdaLogLine) {
        logs.append(
            line.bytes, to: .init(group: line.source.group, stream: line.source.name), at: line.timestamp)
    }
}
