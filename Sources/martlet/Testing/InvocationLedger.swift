// SPDX-License-Identifier: Apache-2.0
import LambdaService
import Locks

/// Keeps what every attempt to run a function came to.
final class InvocationLedger: InvocationObserver {
    private struct State {
        var records: [InvocationRecord] = []
        var roots: Set<String> = []
    }

    private let state = Locked(State())

    func attemptEnded(_ record: InvocationRecord) {
        state.withLock { $0.records.append(record) }
    }

    var all: [InvocationRecord] { state.withLock { $0.records } }

    /// Begins to listen for what an event causes.
    ///
    /// - Returns: how many attempts have ended before.
    func begin(_ trace: EventTrace) -> Int {
        state.withLock {
            $0.roots.insert(trace.root)
            return $0.records.count
        }
    }

    /// Waits until a run is told of whose result is there: its environment has to ask for the next event first.
    func wait(for trace: EventTrace, _ polls: Polls) async throws {
        _ = try await polls.poll(for: 2) {
            state.withLock { $0.records.contains { EventTrace.root(of: $0) == trace.root } }
        }
    }

    /// The attempts that an event caused: those of its trace, and those of traces that no event began.
    ///
    /// What goes through a bucket, an endpoint or a client that does not know traces comes back with another one.
    func records(of trace: EventTrace, since count: Int) -> [InvocationRecord] {
        state.withLock { state in
            state.records[count...].filter { record in
                let root = EventTrace.root(of: record)
                return root == trace.root || !state.roots.contains(root)
            }
        }
    }
}
