// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization

/// Invokes a function over and over and checks every answer: one thread with a blocking socket for each connection, so
/// that the client costs as little as it can.
struct LoadClient {
    struct WrongAnswer: Error, CustomStringConvertible {
        let description: String
    }

    /// The latencies of one measurement.
    struct Load {
        /// In microseconds, in order.
        let latencies: [Double]
        let seconds: Double
        /// With the warm-up.
        let total: Int

        var perSecond: Double { Double(latencies.count) / seconds }

        func percentile(_ percent: Int) -> Double {
            latencies[min(latencies.count - 1, latencies.count * percent / 100)]
        }
    }

    private let address: sockaddr_in
    /// Whether events are queued instead of run while the client waits.
    private let isAsynchronous: Bool

    init(port: Int, isAsynchronous: Bool = false) throws {
        self.isAsynchronous = isAsynchronous
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        self.address = address
    }

    /// Sends echoes of a JSON string for a while; `seconds` of 0 sends one on each connection.
    func run(payload: Int, connections: Int, seconds: Double, warmUp: Int) throws -> Load {
        let request = request(payload: payload)
        let collected = Mutex<(latencies: [Double], failure: (any Error)?)>(([], nil))
        let begin = ContinuousClock.now
        let threads = (0..<connections).map { _ in
            let finished = DispatchSemaphore(value: 0)
            Thread.detachNewThread {
                do {
                    let latencies = try invoke(request, payload: payload, seconds: seconds, warmUp: warmUp)
                    collected.withLock { $0.latencies += latencies }
                } catch {
                    collected.withLock { $0.failure = error }
                }
                finished.signal()
            }
            return finished
        }
        threads.forEach { $0.wait() }
        let wall = (ContinuousClock.now - begin) / .seconds(1)
        let (latencies, failure) = collected.withLock { ($0.latencies.sorted(), $0.failure) }
        if let failure { throw failure }
        return Load(latencies: latencies, seconds: wall, total: latencies.count + warmUp * connections)
    }

    private func invoke(_ request: [UInt8], payload: Int, seconds: Double, warmUp: Int) throws -> [Double] {
        let connection = try Connection(address)
        for _ in 0..<warmUp {
            try connection.exchange(request, expecting: isAsynchronous ? 202 : 200, isAsynchronous ? 0 : payload)
        }
        var latencies: [Double] = []
        let end = ContinuousClock.now + .seconds(seconds)
        repeat {
            let begin = ContinuousClock.now
            try connection.exchange(request, expecting: isAsynchronous ? 202 : 200, isAsynchronous ? 0 : payload)
            latencies.append((ContinuousClock.now - begin) / .microseconds(1))
        } while ContinuousClock.now < end
        return latencies
    }

    private func request(payload: Int) -> [UInt8] {
        let head =
            "POST /2015-03-31/functions/f/invocations HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            + (isAsynchronous ? "X-Amz-Invocation-Type: Event\r\n" : "")
            + "Content-Type: application/json\r\nContent-Length: \(payload)\r\n\r\n"
        let quote = UInt8(ascii: "\"")
        return Array(head.utf8) + [quote] + [UInt8](repeating: UInt8(ascii: "x"), count: payload - 2) + [quote]
    }
}

/// A blocking keep-alive connection.
private final class Connection {
    private let descriptor: Int32
    private var buffer = [UInt8](repeating: 0, count: 2 << 20)

    init(_ address: sockaddr_in) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        let code = withUnsafePointer(to: address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else { throw LoadClient.WrongAnswer(description: "cannot connect: errno \(errno)") }
    }

    /// Sends a request and reads its answer to the end.
    func exchange(_ request: [UInt8], expecting status: Int, _ payload: Int) throws {
        var sent = 0
        while sent < request.count {
            let count = request.withUnsafeBytes { send(descriptor, $0.baseAddress! + sent, $0.count - sent, 0) }
            guard count > 0 else { throw LoadClient.WrongAnswer(description: "the emulator closed the connection") }
            sent += count
        }
        var have = 0
        var end = 0
        while end == 0 {
            have += try receive(at: have)
            end = endOfHead(in: have)
        }
        let isGood = buffer.starts(with: Array("HTTP/1.1 \(status)".utf8))
        guard isGood else {
            throw LoadClient.WrongAnswer(description: String(decoding: buffer[..<have], as: UTF8.self))
        }
        while have < end + payload { have += try receive(at: have) }
        guard have == end + payload else { throw LoadClient.WrongAnswer(description: "an answer of another length") }
    }

    private func receive(at offset: Int) throws -> Int {
        let count = buffer.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress! + offset, $0.count - offset, 0) }
        guard count > 0 else { throw LoadClient.WrongAnswer(description: "the emulator closed the connection") }
        return count
    }

    private func endOfHead(in count: Int) -> Int {
        let end: [UInt8] = [13, 10, 13, 10]
        var index = 0
        while index + 4 <= count {
            if buffer[index] == 13, buffer[index..<index + 4].elementsEqual(end) { return index + 4 }
            index += 1
        }
        return 0
    }

    deinit { close(descriptor) }
}
