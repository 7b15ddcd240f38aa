// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import LambdaService

extension MonotonicTime {
    fileprivate static func milliseconds(_ milliseconds: Int64) -> MonotonicTime {
        MonotonicTime(nanoseconds: milliseconds * 1_000_000)
    }
}

private func sequence(
    runtime: Bool = true, external: Bool = true, internal: Bool = false, running: Int = 1
) -> ShutdownSequence {
    ShutdownSequence(
        .spindown, isRuntimeRunning: runtime, hasExternal: external, hasInternal: `internal`,
        runningExtensions: running, at: .milliseconds(0))
}

// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html#runtimes-lifecycle-shutdown
@Suite("The end of environments with extensions")
struct ShutdownSequenceTests {
    @Test("The runtime ends first, within 300 ms, and then the extensions, within 2 s of the beginning")
    func inTime() {
        var sequence = sequence(running: 2)
        #expect(sequence.begin() == [.terminateRuntime])
        #expect(sequence.deadline == .milliseconds(300))
        #expect(sequence.runtimeEnded() == [.shutDownExtensions])
        #expect(sequence.deadline == .milliseconds(2000))
        #expect(sequence.extensionEnded() == [])
        #expect(sequence.extensionEnded() == [.finish])
        #expect(sequence.deadlineReached() == [])
    }

    @Test("Whoever takes longer is killed")
    func late() {
        var sequence = sequence()
        _ = sequence.begin()
        #expect(sequence.deadlineReached() == [.killRuntime, .shutDownExtensions])
        #expect(sequence.deadlineReached() == [.killRuntime, .killExtensions])
        #expect(sequence.extensionEnded() == [])
        #expect(sequence.runtimeEnded() == [.finish])
    }

    @Test("A runtime with internal extensions only has 500 ms")
    func internalOnly() {
        var sequence = sequence(external: false, internal: true, running: 0)
        #expect(sequence.begin() == [.terminateRuntime])
        #expect(sequence.deadline == .milliseconds(500))
        #expect(sequence.deadlineReached() == [.killRuntime])
        #expect(sequence.runtimeEnded() == [.finish])
    }

    @Test("With extensions of both kinds the runtime has 500 ms, and all of them 2 s")
    func bothKinds() {
        let sequence = sequence(internal: true)
        #expect(sequence.deadline == .milliseconds(500) && sequence.end == .milliseconds(2000))
    }

    @Test("Without a runtime it is the extensions' turn at once; with nothing that runs all is over")
    func noRuntime() {
        var crashed = sequence(runtime: false)
        #expect(crashed.begin() == [.shutDownExtensions])
        #expect(crashed.extensionEnded() == [.finish])
        var empty = sequence(runtime: false, running: 0)
        #expect(empty.begin() == [.finish])
    }

    @Test("An extension that ends while the runtime has its turn is not waited for")
    func earlyExtension() {
        var sequence = sequence()
        _ = sequence.begin()
        #expect(sequence.extensionEnded() == [])
        #expect(sequence.runtimeEnded() == [.finish])
    }
}
