// SPDX-License-Identifier: Apache-2.0
import LambdaService
import Locks

/// The last lines of each function's log, in memory.
final class LogRing: LambdaLogSink {
    private struct Ring {
        var lines: [LambdaLogLine?] = []
        var next = 0

        mutating func append(_ line: LambdaLogLine, limit: Int) {
            if lines.count < limit {
                lines.append(line)
            } else {
                lines[next] = line
            }
            next = (next + 1) % limit
        }

        var inOrder: [LambdaLogLine] { (lines[next...] + lines[..<next]).compactMap { $0 } }
    }

    private let linesPerFunction: Int
    // Guards the rings: the loop appends, anybody reads.
    private let rings = Locked<[String: Ring]>([:])

    /// - Parameter linesPerFunction: how many lines of each function are kept.
    init(linesPerFunction: Int = 2048) {
        precondition(linesPerFunction > 0, "a ring of no lines")
        self.linesPerFunction = linesPerFunction
    }

    /// Keeps a line, in place of the oldest when there are too many.
    func append(_ line: LambdaLogLine) {
        rings.withLock { $0[line.function, default: Ring()].append(line, limit: linesPerFunction) }
    }

    /// What is kept of a function's log, the oldest first.
    func lines(of function: String) -> [LambdaLogLine] {
        rings.withLock { rings in
            guard let ring = rings[function] else { return [] }
            return ring.lines.count < linesPerFunction ? ring.lines.compactMap { $0 } : ring.inOrder
        }
    }
}
