// SPDX-License-Identifier: Apache-2.0
public import EventLoop
public import ServiceProtocols

/// Whose turn it is, of those outside of the emulator: see ``TurnTaking``.
///
/// Safety: `@unchecked Sendable` because what changes is touched on the loop alone.
public final class Turns: TurnTaking, @unchecked Sendable {
    private let loop: EventLoop
    private let choose: (Int) -> Int
    /// What has come and is not taken yet, in order.
    private var arrivals: [CheckedContinuation<Void, Never>] = []
    /// Who asked what is not answered.
    private var questions: [Int: OutsideParty] = [:]
    private var lastQuestion = 0
    /// The questions whose answers are there.
    private var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    /// When each was answered last.
    private var answers: [OutsideParty: ContinuousClock.Instant] = [:]
    /// Clients of this process that do something.
    private var actors = 0
    private var isOver = false

    /// - Parameter choose: gives one of the numbers from 0 up to the one that it is given: who of so many goes on.
    public init(loop: EventLoop, choose: @escaping @Sendable (Int) -> Int) {
        self.loop = loop
        self.choose = choose
    }

    // MARK: Those outside

    /// See ``TurnTaking``.
    public func arrived(from party: OutsideParty) async -> Int {
        loop.preconditionOnLoop()
        lastQuestion += 1
        let question = lastQuestion
        questions[question] = party
        if !isOver { await withCheckedContinuation { arrivals.append($0) } }
        return question
    }

    /// See ``TurnTaking``.
    public func granted(_ question: Int) async {
        loop.preconditionOnLoop()
        guard questions[question] != nil, !isOver else { return }
        await withCheckedContinuation { waiters[question] = $0 }
    }

    /// See ``TurnTaking``.
    public func timeAtWork(_ party: OutsideParty) -> Duration? {
        guard !questions.values.contains(party) else { return nil }
        return answers[party].map { .now - $0 } ?? .zero
    }

    /// See ``TurnTaking``.
    public func left(_ party: OutsideParty) {
        for (question, _) in questions.filter({ $0.value == party }).sorted(by: { $0.key < $1.key }) {
            answer(question)
        }
        answers[party] = nil
    }

    /// A client of this process begins to do something, or stops: nothing else goes on until it waits for an answer.
    func clientActs(_ acts: Bool) {
        loop.preconditionOnLoop()
        actors += acts ? 1 : -1
    }

    // MARK: The clock, when the emulator has nothing to do

    /// Whether a client of this process does something that the emulator does not know of yet.
    var isClientRunning: Bool { actors > 0 && timeAtWork(.clients) != nil }

    /// Whether it is somebody's turn.
    var hasWaiters: Bool { !waiters.isEmpty || !arrivals.isEmpty }

    /// Takes the first thing that came from outside.
    ///
    /// - Returns: false when nothing has come.
    func admit() -> Bool {
        guard !arrivals.isEmpty else { return false }
        arrivals.removeFirst().resume()
        return true
    }

    /// Lets one of those go on who wait.
    ///
    /// They are in an order of their own, for which of two ends was heard of first is chance too.
    ///
    /// - Returns: false when nobody waits.
    func grant() -> Bool {
        let waiting = questions.filter { waiters[$0.key] != nil }.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
        guard !waiting.isEmpty else { return false }
        let (question, party) = waiting[choose(waiting.count)]
        answers[party] = .now
        answer(question)
        return true
    }

    private func answer(_ question: Int) {
        questions[question] = nil
        waiters.removeValue(forKey: question)?.resume()
    }

    /// Everybody goes on as it comes.
    func end() {
        isOver = true
        let all = arrivals + waiters.values
        (arrivals, waiters, questions) = ([], [:], [:])
        for continuation in all { continuation.resume() }
    }
}
