// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import LambdaService

/// Random arrivals, completions, crashes, failed inits and updates against the dispatcher, with a model of what each
/// environment does beside it.
@Suite("The dispatcher in simulation")
struct DispatcherSimulationTests {
    @Test("Nothing is lost, doubled or overtaken", arguments: 0..<40 as Range<UInt64>)
    func simulation(seed: UInt64) {
        var simulation = Simulation(seed: seed)
        for _ in 0..<2000 { simulation.step() }
        simulation.finish()
        #expect(simulation.problems.isEmpty, "seed \(seed): \(simulation.problems.prefix(3))")
    }
}

private struct Simulation {
    private enum Doing: Equatable {
        case starting
        case idle
        case running(Int)
        case ending
    }

    private var random: RandomBits
    private var dispatcher: Dispatcher<Int>
    private let limits: Dispatcher<Int>.Limits
    private var environments: [Int: (version: Int, doing: Doing)] = [:]
    /// The current revision of each function; an update makes a new one.
    private var versions: [Int]
    private var lastVersion: Int
    private var lastWork = 0
    /// Work that has not been handed out, by the revision that it is for, in the order of arrival.
    private var waiting: [Int: [Int]] = [:]
    private var done: Set<Int> = []
    private var accepted: Set<Int> = []
    private(set) var problems: [String] = []

    init(seed: UInt64) {
        random = RandomBits(seed: seed)
        limits = .init(
            concurrency: Int.random(in: 5...40, using: &random), environments: Int.random(in: 1...12, using: &random))
        dispatcher = Dispatcher(limits: limits)
        versions = Array(1...Int.random(in: 1...4, using: &random))
        lastVersion = versions.count
    }

    mutating func step() {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<40: arrive()
        case 40..<75: progress()
        case 75..<85: crash()
        case 85..<88: update()
        default: progress()
        }
        check()
    }

    /// No more arrivals: all that was accepted must be done in the end.
    mutating func finish() {
        var rounds = 0
        while done.count < accepted.count, rounds < 100_000 {
            progress()
            rounds += 1
        }
        check()
        if done != accepted { problems.append("\(accepted.subtracting(done).count) pieces of work were lost") }
        if dispatcher.concurrency != 0 { problems.append("concurrency ends at \(dispatcher.concurrency)") }
    }

    private mutating func arrive() {
        let version = versions.randomElement(using: &random) ?? 1
        lastWork += 1
        let inWork = environments.values.count { if case .running = $0.doing { true } else { false } }
        let open = inWork + waiting.values.reduce(0) { $0 + $1.count }
        switch dispatcher.workArrived(lastWork, for: version) {
        case .throttled:
            if open < limits.concurrency { problems.append("throttled at \(open)") }
            return
        case .assigned(let environment):
            accepted.insert(lastWork)
            if waiting[version]?.isEmpty == false { problems.append("work \(lastWork) overtook") }
            run(lastWork, in: environment)
        case .queued(let changes):
            accepted.insert(lastWork)
            waiting[version, default: []].append(lastWork)
            apply(changes)
        }
    }

    /// One environment goes on with what it does.
    private mutating func progress() {
        guard let id = environments.keys.sorted().randomElement(using: &random), let environment = environments[id]
        else { return }
        switch environment.doing {
        case .starting:
            let fails = Int.random(in: 0..<5, using: &random) == 0
            environments[id]?.doing = .idle
            follow(fails ? dispatcher.environmentInitFailed(id) : dispatcher.environmentReady(id), id)
        case .running(let work):
            done.insert(work)
            environments[id]?.doing = .idle
            follow(dispatcher.environmentFreed(id), id)
        case .ending:
            end(id)
        case .idle: break
        }
    }

    private mutating func crash() {
        guard let id = environments.keys.sorted().randomElement(using: &random) else { return }
        // Whatever it ran has got its error.
        if case .running(let work)? = environments[id]?.doing { done.insert(work) }
        end(id)
    }

    private mutating func end(_ id: Int) {
        environments[id] = nil
        apply(dispatcher.environmentEnded(id))
    }

    private mutating func update() {
        let index = Int.random(in: versions.indices, using: &random)
        let old = versions[index]
        lastVersion += 1
        versions[index] = lastVersion
        let deleted = Int.random(in: 0..<4, using: &random) == 0
        let moved = waiting.removeValue(forKey: old) ?? []
        let (orphans, changes) = dispatcher.versionRetired(old, successor: deleted ? nil : lastVersion)
        if deleted {
            if orphans != moved { problems.append("orphans \(orphans), not \(moved)") }
            done.formUnion(orphans)
        } else {
            if !moved.isEmpty { waiting[lastVersion] = moved }
            if !orphans.isEmpty { problems.append("orphans in spite of a successor") }
        }
        apply(changes)
    }

    private mutating func follow(_ decision: (next: Dispatcher<Int>.Next, changes: Dispatcher<Int>.Changes), _ id: Int)
    {
        switch decision.next {
        case .assigned(let work): run(work, in: id)
        case .idle: break
        case .retire: environments[id]?.doing = .ending
        }
        apply(decision.changes)
    }

    private mutating func run(_ work: Int, in id: Int) {
        guard let environment = environments[id] else {
            problems.append("work for environment \(id), which is not there")
            return
        }
        if environment.doing != .idle { problems.append("environment \(id) is \(environment.doing) and gets work") }
        environments[id]?.doing = .running(work)
        if let position = waiting[environment.version]?.firstIndex(of: work) {
            if position != 0 { problems.append("work \(work) overtook") }
            waiting[environment.version]?.remove(at: position)
        }
    }

    private mutating func apply(_ changes: Dispatcher<Int>.Changes) {
        for (id, version) in changes.start { environments[id] = (version, .starting) }
        for id in changes.retire {
            if environments[id]?.doing != .idle { problems.append("environment \(id) retired while not idle") }
            environments[id]?.doing = .ending
        }
    }

    private mutating func check() {
        if environments.count > limits.environments { problems.append("\(environments.count) environments live") }
        if environments.count != dispatcher.liveEnvironments { problems.append("environments were miscounted") }
        let waitingVersions = waiting.filter { !$0.value.isEmpty }.keys
        let isStuck = environments.values.allSatisfy { $0.doing == .idle } && !waitingVersions.isEmpty
        if isStuck { problems.append("work waits and nothing is on its way") }
    }
}
