// SPDX-License-Identifier: Apache-2.0
import CloudWatchService
import LambdaService

/// What a function used in some span of time.
struct FunctionUsage: Sendable, Equatable {
    private(set) var invocations = 0
    private(set) var errors = 0
    private(set) var throttles = 0
    private(set) var coldStarts = 0
    private(set) var billedMilliseconds = 0
    /// Billed milliseconds, each multiplied by the memory that was set then.
    private(set) var megabyteMilliseconds = 0
    private(set) var durationMilliseconds = 0.0
    private(set) var durations = ValueDistribution()
    /// What was set last.
    private(set) var memoryMegabytes = 0
    private(set) var maxMemoryUsedMegabytes = 0

    mutating func attemptEnded(_ record: InvocationRecord) {
        invocations += 1
        if record.outcome != .succeeded { errors += 1 }
        if record.isCold { coldStarts += 1 }
        billedMilliseconds += record.billedMilliseconds
        megabyteMilliseconds += record.billedMilliseconds * record.memoryMegabytes
        durationMilliseconds += record.durationMilliseconds
        durations.add(record.durationMilliseconds)
        memoryMegabytes = record.memoryMegabytes
        maxMemoryUsedMegabytes = max(maxMemoryUsedMegabytes, record.maxMemoryUsedMegabytes)
    }

    mutating func attemptThrottled() {
        throttles += 1
    }

    /// Adds what was used later.
    mutating func merge(_ later: FunctionUsage) {
        invocations += later.invocations
        errors += later.errors
        throttles += later.throttles
        coldStarts += later.coldStarts
        billedMilliseconds += later.billedMilliseconds
        megabyteMilliseconds += later.megabyteMilliseconds
        durationMilliseconds += later.durationMilliseconds
        durations.merge(later.durations)
        if later.memoryMegabytes > 0 { memoryMegabytes = later.memoryMegabytes }
        maxMemoryUsedMegabytes = max(maxMemoryUsedMegabytes, later.maxMemoryUsedMegabytes)
    }

    /// AWS's GB are 1024 MB.
    var gigabyteSeconds: Double { Double(megabyteMilliseconds) / 1024 / 1000 }
}
