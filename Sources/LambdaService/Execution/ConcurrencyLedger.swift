// SPDX-License-Identifier: Apache-2.0

/// Counts what functions have in work, and says what more they may have
/// (https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html).
///
/// A function has what is reserved for it, no more, and nobody else has that. Functions without a reservation share the
/// rest of the account's concurrency. A limit that is lowered ends nothing: what is in work stays so.
///
/// Provisioned environments are paid for in advance: what is provisioned is off what the function, or the account, has
/// on demand, and work in such an environment is counted with it.
struct ConcurrencyLedger {
    /// ``FunctionVersion/functionID``: counted from one up.
    typealias FunctionID = Int

    private struct Function {
        var reserved: Int?
        var provisioned = 0
        /// On demand.
        var inWork = 0
        /// In provisioned environments.
        var provisionedInWork = 0
        var scaling = RateAllowance()
        /// The synchronous requests that what is reserved allows.
        var requests = RateAllowance()

        /// What it takes from the account that others cannot have.
        var claim: Int { reserved ?? provisioned }

        mutating func enter(
            _ unreservedInWork: inout Int, of unreserved: Int, _ total: inout Int, requestedAt: MonotonicTime?
        ) -> ThrottleReason? {
            if let reserved {
                guard inWork < reserved - provisioned else { return .reservedConcurrency }
                if let requestedAt, let reason = request(at: requestedAt) { return reason }
            } else {
                guard unreservedInWork < unreserved else { return .concurrency }
                unreservedInWork += 1
            }
            inWork += 1
            total += 1
            return nil
        }

        /// A synchronous request comes; the account's own rate, which no machine reaches, is not counted.
        mutating func request(at now: MonotonicTime) -> ThrottleReason? {
            guard let reserved else { return nil }
            let rate = RateAllowance.Rate.requests(concurrency: reserved)
            guard requests.available(at: now, rate) > 0 else { return .reservedRate }
            requests.take(at: now, rate)
            return nil
        }

        mutating func leave(_ unreservedInWork: inout Int) {
            inWork -= 1
            if reserved == nil { unreservedInWork -= 1 }
        }
    }

    let account: Int
    let scalingRate: RateAllowance.Rate
    /// By their ids: unlike a dictionary's, an array's elements are changed without an allocation.
    private var functions: [Function] = []
    /// What all functions have in work.
    private(set) var inWork = 0
    private var unreservedInWork = 0
    /// What functions have reserved, or provisioned without a reservation.
    private var claimed = 0

    init(account: Int, scalingRate: RateAllowance.Rate) {
        self.account = account
        self.scalingRate = scalingRate
    }

    /// Counts one more invocation, unless the function may not have it.
    ///
    /// - Parameter requestedAt: when a synchronous one came; nil for an attempt at an asynchronous event, which no rate
    ///   limits.
    mutating func enter(_ function: FunctionID, requestedAt: MonotonicTime? = nil) -> ThrottleReason? {
        let unreserved = account - claimed
        makeRoom(for: function)
        return functions[function].enter(&unreservedInWork, of: unreserved, &inWork, requestedAt: requestedAt)
    }

    /// Counts a synchronous request that a provisioned environment could take, unless the function gets too many.
    mutating func request(_ function: FunctionID, at now: MonotonicTime) -> ThrottleReason? {
        makeRoom(for: function)
        return functions[function].request(at: now)
    }

    /// Takes one invocation off.
    mutating func leave(_ function: FunctionID) {
        inWork -= 1
        functions[function].leave(&unreservedInWork)
    }

    /// Counts an invocation that a provisioned environment has: nothing can refuse it.
    mutating func enterProvisioned(_ function: FunctionID) {
        makeRoom(for: function)
        inWork += 1
        functions[function].provisionedInWork += 1
    }

    /// Takes one off again.
    mutating func leaveProvisioned(_ function: FunctionID) {
        inWork -= 1
        functions[function].provisionedInWork -= 1
    }

    /// A provisioned environment takes work that waited for one on demand.
    mutating func moveToProvisioned(_ function: FunctionID) {
        functions[function].leave(&unreservedInWork)
        functions[function].provisionedInWork += 1
    }

    /// Sets how many environments a function has provisioned, for all of its versions together.
    mutating func provision(_ count: Int, for function: FunctionID) {
        makeRoom(for: function)
        claimed -= functions[function].claim
        functions[function].provisioned = count
        claimed += functions[function].claim
    }

    /// How many environments a function has provisioned.
    func provisioned(_ function: FunctionID) -> Int {
        function < functions.count ? functions[function].provisioned : 0
    }

    /// What is in work of a function and of all.
    func count(of function: FunctionID) -> ConcurrencyCount {
        let own = functions.indices.contains(function) ? functions[function] : Function()
        return ConcurrencyCount(
            function: own.inWork + own.provisionedInWork, account: inWork, unreserved: unreservedInWork)
    }

    /// Whether a function may start an environment besides others that it has been promised.
    func mayStart(_ function: FunctionID, besides promised: @autoclosure () -> Int, at now: MonotonicTime) -> Bool {
        let available = functions[function].scaling.available(at: now, scalingRate)
        return available > 0 && available > promised()
    }

    /// An environment starts: it is taken off what the function may start.
    mutating func started(_ function: FunctionID, at now: MonotonicTime) {
        functions[function].scaling.take(at: now, scalingRate)
    }

    /// Reserves concurrency for a function, or gives up what was.
    mutating func reserve(_ count: Int?, for function: FunctionID) {
        makeRoom(for: function)
        let old = functions[function]
        if old.reserved == nil { unreservedInWork -= old.inWork }
        if count == nil { unreservedInWork += old.inWork }
        functions[function].reserved = count
        claimed += functions[function].claim - old.claim
    }

    /// A function is no more; what it has in work ends some time.
    mutating func deleted(_ function: FunctionID) {
        reserve(nil, for: function)
        provision(0, for: function)
    }

    private mutating func makeRoom(for function: FunctionID) {
        while functions.count <= function { functions.append(Function()) }
    }
}
