// SPDX-License-Identifier: Apache-2.0
import Buffers
import Testing

@testable import LambdaService

private typealias Machine = RuntimeStateMachine<String>

extension MonotonicTime {
    fileprivate static func milliseconds(_ milliseconds: Int64) -> MonotonicTime {
        MonotonicTime(nanoseconds: milliseconds * 1_000_000)
    }
}

/// A machine of an environment that began at 0 with an init limit of 10 s.
private func machine() -> Machine {
    Machine(began: .milliseconds(0), initLimit: 10_000_000_000)
}

private func readyMachine() -> Machine {
    var machine = machine()
    _ = machine.nextRequested(at: .milliseconds(80))
    return machine
}

/// A machine that runs work `w` with request id `id` from 100 ms on, with a timeout of 3 s.
private func runningMachine() -> Machine {
    var machine = readyMachine()
    _ = machine.assigned("w", requestID: "id", at: .milliseconds(100), timeout: 3_000_000_000)
    return machine
}

private func posted(_ body: Bytes) -> PostedInitError {
    PostedInitError(body: body, type: RuntimeErrorType.reported("Runtime.Broken"))
}

@Suite("The runtime state machine")
struct RuntimeStateMachineTests {
    @Test("The first next ends the init, and the first report tells how long it took")
    func firstInvocation() throws {
        var machine = machine()
        #expect(machine.deadline == .milliseconds(10_000))
        guard case .initialized = machine.nextRequested(at: .milliseconds(80)) else {
            Issue.record("not initialized")
            return
        }
        #expect(machine.deadline == nil)
        guard
            case .deliver(let assignment) = machine.assigned(
                "w", requestID: "id", at: .milliseconds(100), timeout: 3_000_000_000)
        else {
            Issue.record("not delivered")
            return
        }
        #expect(assignment.deadline == .milliseconds(3100))
        #expect(machine.deadline == .milliseconds(3100))
        #expect(machine.responseBegan(requestID: "id", isError: false) == nil)
        #expect(machine.responseEnded(requestID: "id")?.work == "w")
        guard case .finished(_, let report) = machine.nextRequested(at: .milliseconds(233)) else {
            Issue.record("not finished")
            return
        }
        #expect(
            report
                == InvocationReport(
                    requestID: "id", nanoseconds: 133_000_000, initNanoseconds: 80_000_000, status: .success))
        _ = machine.assigned("v", requestID: "2", at: .milliseconds(300), timeout: 1)
        _ = machine.responseBegan(requestID: "2", isError: true)
        _ = machine.responseEnded(requestID: "2")
        guard case .finished(_, let second) = machine.nextRequested(at: .milliseconds(301)) else {
            Issue.record("not finished")
            return
        }
        #expect(second.initNanoseconds == nil)
    }

    // aws-lambda-runtime-interface-emulator, internal/lambda/core/states.go: Ready() is a no-op while Running.
    @Test("A runtime that asks again while it runs gets the same invocation again")
    func again() {
        var machine = runningMachine()
        guard case .again(let assignment) = machine.nextRequested(at: .milliseconds(200)) else {
            Issue.record("not again")
            return
        }
        #expect(assignment.work == "w")
    }

    // Wording: aws-lambda-runtime-interface-emulator, internal/lambda/rapi/handler and rendering.
    @Test("A result out of turn is refused with the states' names")
    func outOfTurn() {
        var machine = runningMachine()
        #expect(machine.responseBegan(requestID: "other", isError: false) == .invalidRequestID)
        #expect(machine.responseBegan(requestID: "id", isError: false) == nil)
        guard case .refused(let tooEarly) = machine.nextRequested(at: .milliseconds(200)) else {
            Issue.record("not refused")
            return
        }
        #expect(
            tooEarly.message
                == "State transition from InvocationResponse to Ready failed for runtime. Error: State transition is not allowed"
        )
        _ = machine.responseEnded(requestID: "id")
        #expect(
            machine.responseBegan(requestID: "id", isError: true)?.message
                == "State transition from RuntimeResponseSentState to InvocationErrorResponse failed for runtime. "
                + "Error: State transition is not allowed")
        var ready = readyMachine()
        #expect(ready.responseBegan(requestID: "id", isError: false) == .invalidRequestID)
        #expect(ready.initErrorPosted(posted("{}"), at: .milliseconds(90), grace: 1)?.status == 403)
    }

    // aws-lambda-runtime-interface-emulator, internal/lambda/rapi/handler/invocationresponse.go: an unknown response
    // mode is answered before the state has changed any further.
    @Test("After a result that was refused for its mode the runtime can only end")
    func refused() {
        var machine = runningMachine()
        #expect(machine.responseBegan(requestID: "id", isError: false) == nil)
        #expect(machine.responseRefused()?.work == "w")
        #expect(machine.responseRefused() == nil)
        #expect(machine.responseEnded(requestID: "id") == nil)
        #expect(machine.responseBegan(requestID: "id", isError: true)?.status == 403)
        guard case .refused(let error) = machine.nextRequested(at: .milliseconds(200)) else {
            Issue.record("not refused")
            return
        }
        #expect(error.message.hasPrefix("State transition from InvocationResponse to Ready failed"))
        #expect(machine.deadline == .milliseconds(3100))
        guard case .endedAfterResult(_, let report) = machine.processEnded(.exited(.status(1)), at: .milliseconds(300))
        else {
            Issue.record("not ended")
            return
        }
        #expect(report.status == .error("Runtime.ExitError"))
    }

    @Test("An init that fails is run again for the first invocation")
    func initFailsTwice() {
        var machine = machine()
        guard case .initFailed(let report) = machine.processEnded(.exited(.status(1)), at: .milliseconds(7)) else {
            Issue.record("no failed init")
            return
        }
        #expect(
            report
                == InitReport(nanoseconds: 7_000_000, phase: .initialize, status: .error("Runtime.ExitError")))
        guard
            case .initialize = machine.assigned("w", requestID: "id", at: .milliseconds(10), timeout: 3_000_000_000)
        else {
            Issue.record("init not run again")
            return
        }
        #expect(machine.deadline == .milliseconds(3010))
        guard
            case .reinitFailed(let assignment, let result, let initReport, let invocationReport) = machine.processEnded(
                .exited(.status(1)), at: .milliseconds(15))
        else {
            Issue.record("no failure")
            return
        }
        #expect(assignment.work == "w")
        #expect(result == .cause(.exited(.status(1))))
        #expect(initReport.phase == .invoke && initReport.nanoseconds == 5_000_000)
        #expect(invocationReport.status == .error("Runtime.ExitError"))
        #expect(invocationReport.initNanoseconds == nil)
    }

    @Test("An init that succeeds the second time hands the invocation out")
    func initSucceedsLater() {
        var machine = machine()
        guard case .initFailed(let report)? = machine.deadlineReached(at: .milliseconds(10_001), timeoutSeconds: 3)
        else {
            Issue.record("no failed init")
            return
        }
        // The report tells the limit, not when the timer came round.
        #expect(report == InitReport(nanoseconds: 10_000_000_000, phase: .initialize, status: .timeout))
        _ = machine.assigned("w", requestID: "id", at: .milliseconds(20_000), timeout: 30_000_000_000)
        guard case .reinitialized(let assignment, let second) = machine.nextRequested(at: .milliseconds(31_000)) else {
            Issue.record("not initialized")
            return
        }
        #expect(assignment.work == "w" && second.phase == .invoke && second.status == .success)
        #expect(machine.responseBegan(requestID: "id", isError: false) == nil)
    }

    @Test("What a runtime posts as its init error is the result, verbatim")
    func postedInitError() {
        var machine = machine()
        #expect(machine.initErrorPosted(posted("{\"a\":1}"), at: .milliseconds(5), grace: 1_000_000_000) == nil)
        #expect(machine.deadline == .milliseconds(1005))
        #expect(
            machine.initErrorPosted(posted("{}"), at: .milliseconds(6), grace: 1)?.message.contains("InitError") == true
        )
        guard case .initFailed(let first) = machine.processEnded(.exited(.status(1)), at: .milliseconds(8)) else {
            Issue.record("no failure")
            return
        }
        #expect(first.status == .error("Runtime.Broken"))
        _ = machine.assigned("w", requestID: "id", at: .milliseconds(10), timeout: 3_000_000_000)
        #expect(machine.initErrorPosted(posted("{\"b\":2}"), at: .milliseconds(12), grace: 1_000_000_000) == nil)
        guard
            case .reinitFailed(_, let result, let second, let report) = machine.processEnded(
                .exited(.status(1)), at: .milliseconds(15))
        else {
            Issue.record("no failure")
            return
        }
        #expect(result == .posted("{\"b\":2}"))
        #expect(second.status == .error("Runtime.Broken") && report.status == second.status)
    }

    // aws-lambda-runtime-interface-emulator, internal/lambda/fatalerror.
    @Test(
        "Reports tell the types that AWS knows by their form, and of others that they are unknown",
        arguments: [
            ("Runtime.ImportModuleError", "Runtime.ImportModuleError"), ("Function.Own", "Function.Own"),
            ("Function.own", "Function.Unknown"), ("Function.X", "Function.Unknown"),
            ("Function.A1", "Function.Unknown"), ("Runtime.A\tB", "Runtime.Unknown"), ("Runtime.", "Runtime.Unknown"),
            ("ReferenceError", "Runtime.Unknown"), ("Extension.Crash", "Runtime.Unknown"), ("", "Runtime.Unknown"),
            (nil, "Runtime.Unknown"),
        ])
    func errorTypes(type: String?, reported: String) {
        #expect(RuntimeErrorType.reported(type) == reported)
    }

    @Test("An invocation that takes too long ends at its deadline")
    func timeout() {
        var machine = runningMachine()
        #expect(machine.deadlineReached(at: .milliseconds(3099), timeoutSeconds: 3).map { _ in true } == nil)
        guard
            case .invocationFailed(_, let result, let report)? = machine.deadlineReached(
                at: .milliseconds(3105), timeoutSeconds: 3)
        else {
            Issue.record("no timeout")
            return
        }
        #expect(result == .cause(.timedOut(seconds: 3)))
        #expect(report.nanoseconds == 3_000_000_000 && report.status == .timeout)
        // The kill that follows is not news.
        guard case .none = machine.processEnded(.exited(.signal(9)), at: .milliseconds(3110)) else {
            Issue.record("told twice")
            return
        }
        #expect(machine.responseBegan(requestID: "id", isError: false) == .invalidRequestID)
    }

    @Test("A process that ends while its result is on the way gives no result")
    func endsWhileResponding() {
        var machine = runningMachine()
        _ = machine.responseBegan(requestID: "id", isError: false)
        guard case .invocationFailed = machine.processEnded(.exited(.signal(9)), at: .milliseconds(200)) else {
            Issue.record("no failure")
            return
        }
        #expect(machine.responseEnded(requestID: "id")?.work == nil)
    }

    @Test("A process that ends after its result does not take the result back")
    func endsAfterResult() {
        var machine = runningMachine()
        _ = machine.responseBegan(requestID: "id", isError: false)
        _ = machine.responseEnded(requestID: "id")
        guard case .endedAfterResult(_, let report) = machine.processEnded(.exited(.status(0)), at: .milliseconds(200))
        else {
            Issue.record("no end")
            return
        }
        #expect(report.status == .error("Runtime.ExitError"))
        #expect(machine.stopped()?.work == nil)
    }

    @Test("A process that ends between invocations ends its environment")
    func endsIdle() {
        var machine = readyMachine()
        guard case .endedIdle = machine.processEnded(.exited(.status(0)), at: .milliseconds(200)) else {
            Issue.record("no end")
            return
        }
        guard case .refused(let error) = machine.nextRequested(at: .milliseconds(201)) else {
            Issue.record("not refused")
            return
        }
        #expect(error.status == 403)
    }

    @Test("Whoever still waits when an environment is stopped is told")
    func stopped() {
        var running = runningMachine()
        #expect(running.stopped()?.work == "w")
        var ready = readyMachine()
        #expect(ready.stopped()?.work == nil)
        // Its caller has the result, or waits for the end of the log with it.
        var answered = runningMachine()
        _ = answered.responseBegan(requestID: "id", isError: false)
        _ = answered.responseEnded(requestID: "id")
        #expect(answered.stopped()?.work == "w")
    }

    @Test("A result that waits for the end of the log is not lost when there is no such end")
    func heldResult() async throws {
        let outcome = await withUnsafeContinuation { continuation in
            let request = InvocationRequest(
                requestID: "id", invokedARN: "arn", payload: "{}", traceHeader: "t", wantsLog: true)
            let invocation = PendingInvocation(request, continuation)
            invocation.answer("1", outcome: .succeeded)
            invocation.giveUp()
        }
        guard case .finished(let result) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(result.payload == "1" && !result.isError)
    }
}
