// SPDX-License-Identifier: Apache-2.0
import EventLoop
import ServiceProtocols

/// The deliveries that wait because chaos delays them, or has them overtaken.
actor ChaosHolds {
    /// What is overtaken by what: deliveries to the same receiver.
    private struct Stream: Hashable {
        let service: String
        let resource: String
        let function: String
        let qualifier: String

        init(_ point: ChaosPoint) {
            (service, resource) = (point.service, point.resource)
            (function, qualifier) = (point.function, point.qualifier)
        }
    }

    private let loop: EventLoop
    private let clock: any EmulatorClock
    private var waiting: [Stream: [Int: CheckedContinuation<Void, Never>]] = [:]
    private var lastID = 0
    private var isStopped = false

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(loop: EventLoop, clock: any EmulatorClock) {
        self.loop = loop
        self.clock = clock
    }

    /// Returns when a delivery may go on.
    func hold(_ effect: ChaosEffect, at point: ChaosPoint) async {
        switch effect {
        case .delay(let time): await untilPassed(nil, atMost: time)
        case .reorder(let time): await untilPassed(Stream(point), atMost: time)
        default: break
        }
    }

    /// A delivery is over.
    func passed(_ point: ChaosPoint) {
        let overtaken = waiting.removeValue(forKey: Stream(point)) ?? [:]
        for (_, held) in overtaken.sorted(by: { $0.key < $1.key }) { held.resume() }
    }

    /// Lets everything go on, and holds nothing any more.
    func stop() {
        isStopped = true
        let all = waiting.values.flatMap(\.values)
        waiting = [:]
        for held in all { held.resume() }
    }

    /// - Parameter stream: nil for what nothing overtakes.
    private func untilPassed(_ stream: Stream?, atMost time: Duration) async {
        guard !isStopped else { return }
        lastID += 1
        let id = lastID
        let key = stream ?? Stream(ChaosPoint(.delivery, of: "\(id)"))
        let alarm = loop.spawn { [clock] in
            try? await clock.sleep(until: clock.now + time)
            await self.release(id, of: key)
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if isStopped { return continuation.resume() }
                waiting[key, default: [:]][id] = continuation
            }
        } onCancel: {
            alarm.cancel()
        }
        alarm.cancel()
    }

    private func release(_ id: Int, of stream: Stream) {
        waiting[stream]?.removeValue(forKey: id)?.resume()
        if waiting[stream]?.isEmpty == true { waiting[stream] = nil }
    }
}
