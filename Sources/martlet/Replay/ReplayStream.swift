// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import Curl
import Foundation
import JSON
import Locks

/// What an emulator answers line by line, while it works.
struct ReplayStream {
    let endpoint: String
    /// `/_martlet/replay` say.
    let path: String
    let parameters: QueryString
    let body: Bytes

    /// The lines as they come, until the answer ends or the signal comes.
    ///
    /// - Throws: ``Refused`` with what the emulator said, or why nobody answered.
    func lines(until stop: StopSignal) -> AsyncThrowingStream<JSONValue, any Error> {
        let (stream, feed) = AsyncThrowingStream.makeStream(of: JSONValue.self)
        // It ends with the process, should the signal never come.
        let _ = Task {
            await stop.wait()
            feed.finish()
        }
        let isOver = Locked(false)
        feed.onTermination = { _ in isOver.withLock { $0 = true } }
        // libcurl waits in its own way: not on the loop, and not on a thread that tasks need.
        Thread.detachNewThread {
            do {
                try receive { line in
                    feed.yield(line)
                    return isOver.withLock { !$0 }
                }
                feed.finish()
            } catch {
                feed.finish(throwing: error)
            }
        }
        return stream
    }

    /// - Parameter take: whether more is wanted.
    private func receive(_ take: @escaping (JSONValue) -> Bool) throws {
        var request = CurlRequest(
            method: "POST", url: "\(endpoint.withoutTrailingSlash)\(path)?\(parameters.encoded)",
            headers: [("Content-Type", "application/x-ndjson"), ("Expect", "")], body: body)
        request.timeout = nil
        var (status, rest) = (0, [UInt8]())
        var isAborted = false
        let receiver = ResponseReceiver {
            status = $0.status
        } onBody: { piece in
            rest += piece
            guard status == 200 else { return .more }
            var start = 0
            while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = rest[start..<end].withUnsafeBytes { JSONValue(parsing: $0) }
                start = end + 1
                if let line, !take(line) {
                    isAborted = true
                    return .abort
                }
            }
            rest.removeSubrange(..<start)
            return .more
        }
        do {
            try EasyHandle().perform(request, receiver)
        } catch {
            guard !isAborted else { return }
            throw Refused(description: "No answer from \(endpoint): \(error). Is 'martlet start' running there?")
        }
        guard status == 200 else {
            let text = String(decoding: rest, as: UTF8.self)
            throw Refused(description: JSONValue(parsing: text)?["message"]?.string ?? "status \(status): \(text)")
        }
    }
}
