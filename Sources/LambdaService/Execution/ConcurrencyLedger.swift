// SPDX-License-Identifier: Apache-2.0

/// Counts what functions have in work, and says what more they may have
/// (https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html).
///
/// A function has what is reserved for it, no more, and nobody else has that. Functions without a reservation share the
/// rest of the account's concurrency. A limit that is lowered ends nothing: what is in work stays so.
struct ConcurrencyLedger {
    /// ``FunctionVersion/functionID``: counted from one up.
    typealias FunctionID = Int

    private struct Function {
        var reserved: Int?
        var inWork = 0
        var scaling = ScalingAllowance()

        mutating func enter(
            _ unreservedInWork: inout Int, of unreserved: Int, _ total: inout Int
        ) -> ThrottleReason? {
            if let reserved {
                guard inWork < reserved else { return .reservedConcurrency }
            } else {
                guard unreservedInWork < unreserved else { return .concurrency }
                unreservedInWork += 1
            }
            inWork += 1
            total += 1
            return nil
        }

        mutating func leave(_ unreservedInWork: inout Int) {
            inWork -= 1
            if reserved == nil { unreservedInWork -= 1 }
        }
    }

    let account: Int
    let scalingRate: ScalingAllowance.Rate
    /// By their ids: unlike a dictionary's, an array's elements are changed without an allocation.
    private var functions: [Function] = []
    /// What all functions have in work.
    private(set) var inWork = 0
    private var unreservedInWork = 0
    private var reserved = 0

    init(account: Int, scalingRate: ScalingAllowance.Rate) {
        self.account = account
        self.scalingRate = scalingRate
    }

    /// Counts one more invocation, unless the function may not have it.
    mutating func enter(_ function: FunctionID) -> ThrottleReason? {
        let unreserved = account - reserved
        makeRoom(for: function)
        return functions[function].enter(&unreservedInWork, of: unreserved, &inWork)
    }

    /// Takes one invocation off.
    mutating func leave(_ function: FunctionID) {
        inWork -= 1
        functions[function].leave(&unreservedInWork)
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
        reserved += (count ?? 0) - (old.reserved ?? 0)
        if old.reserved == nil { unreservedInWork -= old.inWork }
        if count == nil { unreservedInWork += old.inWork }
        functions[function].reserved = count
    }

    /// A function is no more; what it has in work ends some time.
    mutating func deleted(_ function: FunctionID) {
        reserve(nil, for: function)
    }

    private mutating func makeRoom(for function: FunctionID) {
        while functions.count <= function { functions.append(Function()) }
    }
}
