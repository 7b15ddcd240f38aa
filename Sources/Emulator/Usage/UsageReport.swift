// SPDX-License-Identifier: Apache-2.0
import AWSWire
import CloudWatchService
import ServiceProtocols

/// What functions did, what they used, and what that would cost on AWS: `GET /_martlet/report`.
public struct UsageReport: Codable, Sendable, Equatable {
    /// How long invocations took, the init not counted; in milliseconds.
    public struct Durations: Codable, Sendable, Equatable {
        /// The mean.
        public var average: Double
        /// Half of them took no longer.
        public var p50: Double
        /// 95 in 100 took no longer.
        public var p95: Double
        /// 99 in 100 took no longer.
        public var p99: Double
    }

    /// What was set and what was used, in MB.
    public struct Memory: Codable, Sendable, Equatable {
        /// What was set last.
        public var configured: Int
        /// The most that a process used.
        public var maximumUsed: Int
        /// What would do as well as far as memory goes; nil where nothing smaller would.
        public var sufficient: Int?
    }

    /// An estimate in US dollars.
    public struct Cost: Codable, Sendable, Equatable {
        /// On the architecture that functions run on here.
        public var estimated: Double
        /// On x86_64.
        public var x86: Double
        /// On arm64.
        public var arm: Double
        /// What it would be with ``Memory/sufficient``, if invocations took as long.
        public var withSufficientMemory: Double?
    }

    /// One function, or all.
    public struct Row: Codable, Sendable, Equatable {
        /// The function's name; nil for all together.
        public var function: String?
        /// Attempts that ran.
        public var invocations: Int
        /// Those that failed.
        public var errors: Int
        /// Attempts that were refused.
        public var throttles: Int
        /// Attempts that were the first of their environment.
        public var coldStarts: Int
        /// In milliseconds, the init included.
        public var billedDuration: Int
        /// The billed duration in seconds, multiplied by the memory in GB.
        public var gigabyteSeconds: Double
        /// Nil when nothing ran.
        public var duration: Durations?
        /// Nil for all together, and when nothing ran.
        public var memory: Memory?
        /// On demand in us-east-1, the free tier not counted.
        public var cost: Cost
    }

    /// When counting began, as ISO 8601; nil when there is nothing.
    public var since: String?
    /// When the report was made.
    public var until: String
    /// `x86_64` or `arm64`.
    public var architecture: String
    /// By name.
    public var functions: [Row]
    /// All together.
    public var total: Row

    init(_ selection: UsageLedger.Selection, until: Timestamp, architecture: String) {
        self.until = ISO8601.format(until.milliseconds)
        self.architecture = architecture
        since = selection.since.map { ISO8601.format($0.milliseconds) }
        var all = FunctionUsage()
        for function in selection.functions { all.merge(function.usage) }
        // What tiers make of all together, each function bears its part of.
        let whole = all.gigabyteSeconds
        functions = selection.functions.map { function in
            Row(function.name, function.usage, of: whole, architecture)
        }
        total = Row(nil, all, of: whole, architecture)
    }
}

extension UsageReport.Row {
    fileprivate init(_ name: String?, _ usage: FunctionUsage, of whole: Double, _ architecture: String) {
        function = name
        invocations = usage.invocations
        errors = usage.errors
        throttles = usage.throttles
        coldStarts = usage.coldStarts
        billedDuration = usage.billedMilliseconds
        gigabyteSeconds = usage.gigabyteSeconds
        duration = UsageReport.Durations(usage)
        memory = name == nil ? nil : UsageReport.Memory(usage)
        cost = UsageReport.Cost(usage, of: whole, architecture, sufficient: memory?.sufficient)
    }
}

extension UsageReport.Durations {
    fileprivate init?(_ usage: FunctionUsage) {
        guard usage.invocations > 0, let p50 = usage.durations.percentile(50),
            let p95 = usage.durations.percentile(95), let p99 = usage.durations.percentile(99)
        else { return nil }
        self.init(
            average: usage.durationMilliseconds / Double(usage.invocations), p50: p50, p95: p95, p99: p99)
    }
}

extension UsageReport.Memory {
    /// Lambda's smallest.
    private static let smallest = 128
    /// What is suggested is a multiple of it.
    private static let step = 64
    /// How often a function has run before its memory is judged.
    private static let enough = 5

    fileprivate init?(_ usage: FunctionUsage) {
        guard usage.invocations > 0 else { return nil }
        configured = usage.memoryMegabytes
        maximumUsed = usage.maxMemoryUsedMegabytes
        // A quarter more than was used.
        let wanted = (maximumUsed * 5 / 4 + Self.step - 1) / Self.step * Self.step
        let sufficient = max(Self.smallest, wanted)
        if usage.invocations >= Self.enough, maximumUsed > 0, sufficient * 2 <= configured {
            self.sufficient = sufficient
        }
    }
}

extension UsageReport.Cost {
    fileprivate init(_ usage: FunctionUsage, of whole: Double, _ architecture: String, sufficient: Int?) {
        func cost(_ prices: LambdaPrices, memoryFactor: Double = 1) -> Double {
            let duration = whole > 0 ? prices.duration(gigabyteSeconds: whole) * usage.gigabyteSeconds / whole : 0
            return Double(usage.invocations) * prices.request + duration * memoryFactor
        }
        x86 = cost(.x86)
        arm = cost(.arm)
        let own = LambdaPrices.of(architecture: architecture)
        estimated = cost(own)
        withSufficientMemory = sufficient.map {
            cost(own, memoryFactor: Double($0) / Double(usage.memoryMegabytes))
        }
    }
}
