// SPDX-License-Identifier: Apache-2.0
import EventLoop
import LambdaService
import Locks

/// Keeps what every attempt to run a function came to.
final class InvocationLedger: InvocationObserver {
    private let records = Locked<[InvocationRecord]>([])

    func attemptEnded(_ record: InvocationRecord) {
        records.withLock { $0.append(record) }
    }

    var all: [InvocationRecord] { records.withLock { $0 } }
}
