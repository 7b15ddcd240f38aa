// SPDX-License-Identifier: Apache-2.0
import Buffers

/// The life of one execution environment as its runtime and its clock see it: init, invocations one at a time,
/// failures.
///
/// Pure: facts go in, what is to be done comes out.
///
/// An init that fails is not the end: it is run again for the first invocation, under the function's own timeout
/// ("suppressed init", https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html).
struct RuntimeStateMachine<Work> {
    /// An invocation that the environment has.
    struct Assignment {
        let work: Work
        let requestID: String
        let began: MonotonicTime
        let deadline: MonotonicTime
    }

    /// An init that is under way.
    struct Init {
        let began: MonotonicTime
        let deadline: MonotonicTime
        /// What the runtime posted as the init's error.
        var error: PostedInitError?
    }

    enum State {
        case initializing(Init)
        /// No process; waits for the invocation that runs the init again.
        case initFailed
        case reinitializing(Init, Assignment)
        case ready
        case running(Assignment)
        /// The result's head is there, its body on the way.
        case responding(Assignment, isError: Bool)
        /// The result was refused for its head; the caller has its error, and the runtime can only end.
        case refused(Assignment)
        /// The result is there; the runtime may still be at work for this invocation.
        case answered(Assignment)
        case ended
    }

    private(set) var state: State
    /// How long the first init took, until the first report has told it.
    private var unreportedInit: Int64?

    init(began: MonotonicTime, initLimit: Int64) {
        state = .initializing(Init(began: began, deadline: began + initLimit))
    }

    /// When ``deadlineReached(at:)`` is due; nil when nothing is.
    var deadline: MonotonicTime? {
        switch state {
        case .initializing(let initialization): initialization.deadline
        case .reinitializing(let initialization, _): initialization.deadline
        case .running(let assignment), .responding(let assignment, _), .refused(let assignment),
            .answered(let assignment):
            assignment.deadline
        case .initFailed, .ready, .ended: nil
        }
    }

    /// Whether the runtime waits for an invocation.
    var isReady: Bool { if case .ready = state { true } else { false } }

    /// Whether an init is under way that has not failed.
    var isInitializing: Bool { if case .initialization = phase { true } else { false } }

    /// What the runtime's request for the next invocation would bring to its end.
    enum Phase {
        case initialization(InitReport.Phase)
        /// The invocation has its result.
        case invocation(Assignment)
        case other
    }

    var phase: Phase {
        switch state {
        case .initializing(let initialization) where initialization.error == nil: .initialization(.initialize)
        case .reinitializing(let initialization, _) where initialization.error == nil: .initialization(.invoke)
        case .answered(let assignment): .invocation(assignment)
        case .initializing, .reinitializing, .initFailed, .ready, .running, .responding, .refused, .ended: .other
        }
    }

    /// The state's name in the Runtime API's errors.
    var runtimeState: String {
        switch state {
        case .initializing(let initialization), .reinitializing(let initialization, _):
            initialization.error == nil ? "Started" : "InitError"
        case .initFailed: "InitError"
        case .ready: "Ready"
        case .running: "Running"
        case .responding(_, let isError): isError ? "InvocationErrorResponse" : "InvocationResponse"
        case .refused: "InvocationResponse"
        case .answered, .ended: "RuntimeResponseSentState"
        }
    }
}

// MARK: What the runtime asks

extension RuntimeStateMachine {
    enum Next {
        /// The first init is done: the environment is ready.
        case initialized(InitReport)
        /// The init that an invocation waited for is done: hand it out.
        case reinitialized(Assignment, InitReport)
        /// The runtime asks again for what it has: hand the same invocation out once more.
        case again(Assignment)
        /// An invocation is over: the environment is ready.
        case finished(Assignment, InvocationReport)
        /// The runtime waits already, on a connection that it has given up.
        case stillReady
        case refused(RuntimeAPIError)
    }

    /// The runtime asked for an invocation.
    mutating func nextRequested(at now: MonotonicTime) -> Next {
        switch state {
        case .initializing(let initialization) where initialization.error == nil:
            let nanoseconds = now.since(initialization.began)
            unreportedInit = nanoseconds
            state = .ready
            return .initialized(InitReport(nanoseconds: nanoseconds, phase: .initialize, status: .success))
        case .reinitializing(let initialization, let assignment) where initialization.error == nil:
            state = .running(assignment)
            return .reinitialized(
                assignment, InitReport(nanoseconds: now.since(initialization.began), phase: .invoke, status: .success))
        case .running(let assignment):
            return .again(assignment)
        case .answered(let assignment):
            state = .ready
            return .finished(assignment, report(assignment, at: now, .success))
        case .ready:
            return .stillReady
        case .initializing, .initFailed, .reinitializing, .responding, .refused, .ended:
            return .refused(.invalidTransition(from: runtimeState, to: "Ready"))
        }
    }

    /// The head of a result came, of an error if `isError`.
    ///
    /// When it is allowed the body is read next.
    mutating func responseBegan(requestID: Substring, isError: Bool) -> RuntimeAPIError? {
        // As in AWS's own server the id is looked at first.
        guard let assignment = currentAssignment, requestID == assignment.requestID else { return .invalidRequestID }
        guard case .running = state else {
            let target = isError ? "InvocationErrorResponse" : "InvocationResponse"
            return .invalidTransition(from: runtimeState, to: target)
        }
        state = .responding(assignment, isError: isError)
        return nil
    }

    /// Who has no result yet.
    var runningWork: Work? {
        if case .running(let assignment) = state { assignment.work } else { nil }
    }

    /// Whose result is on its way.
    var respondingWork: Work? {
        if case .responding(let assignment, _) = state { assignment.work } else { nil }
    }

    /// The body of the result came whole, broke off, or was refused for its length: there is no second try.
    ///
    /// - Returns: whose result it is; nil when the invocation ended in the meantime.
    mutating func responseEnded(requestID: Substring) -> Assignment? {
        guard case .responding(let assignment, _) = state, requestID == assignment.requestID else { return nil }
        state = .answered(assignment)
        return assignment
    }

    /// The head of the result, allowed a moment ago, asks for what there is not.
    ///
    /// In AWS's own server this is no end of the result: the runtime is asked for nothing else and can post no other.
    ///
    /// - Returns: whose result it was.
    mutating func responseRefused() -> Assignment? {
        guard case .responding(let assignment, _) = state else { return nil }
        state = .refused(assignment)
        return assignment
    }

    /// The runtime reported that its init failed.
    ///
    /// Its process is expected to end now.
    ///
    /// - Parameter grace: nanoseconds that the process gets to do so.
    mutating func initErrorPosted(_ error: PostedInitError, at now: MonotonicTime, grace: Int64) -> RuntimeAPIError? {
        switch state {
        case .initializing(let initialization) where initialization.error == nil:
            state = .initializing(initialization.failed(error, at: now, grace))
            return nil
        case .reinitializing(let initialization, let assignment) where initialization.error == nil:
            state = .reinitializing(initialization.failed(error, at: now, grace), assignment)
            return nil
        default:
            return .invalidTransition(from: runtimeState, to: "InitError")
        }
    }

    private var currentAssignment: Assignment? {
        switch state {
        case .running(let assignment), .responding(let assignment, _), .refused(let assignment),
            .answered(let assignment):
            assignment
        case .initializing, .initFailed, .reinitializing, .ready, .ended: nil
        }
    }
}

extension RuntimeStateMachine.Init {
    fileprivate func failed(_ error: PostedInitError, at now: MonotonicTime, _ grace: Int64) -> Self {
        Self(began: began, deadline: min(deadline, now + grace), error: error)
    }
}

// MARK: What is done to the environment

extension RuntimeStateMachine {
    enum Assigned {
        /// The runtime waits: hand the invocation out.
        case deliver(Assignment)
        /// The init has failed before: start the process again.
        case initialize(Assignment)
    }

    /// The environment, ready or with a failed init, got an invocation.
    mutating func assigned(
        _ work: Work, requestID: String, at now: MonotonicTime, timeout: Int64
    ) -> Assigned {
        let assignment = Assignment(work: work, requestID: requestID, began: now, deadline: now + timeout)
        switch state {
        case .ready:
            state = .running(assignment)
            return .deliver(assignment)
        case .initFailed:
            state = .reinitializing(Init(began: now, deadline: assignment.deadline), assignment)
            return .initialize(assignment)
        default:
            preconditionFailure("an invocation was assigned to an environment that is \(runtimeState)")
        }
    }

    enum Failure {
        /// The first init failed: the environment takes one invocation, for which the init is run again.
        case initFailed(InitReport)
        /// The init for an invocation failed, and the environment has ended.
        case reinitFailed(Assignment, FailedResult, InitReport, InvocationReport)
        /// An invocation failed, and the environment has ended.
        case invocationFailed(Assignment, FailedResult, InvocationReport)
        /// The invocation had its result; the environment has ended.
        case endedAfterResult(Assignment, InvocationReport)
        /// Nothing was under way; the environment has ended.
        case endedIdle
        /// It had ended before.
        case none
    }

    /// What the caller gets when the runtime gave no result.
    enum FailedResult: Equatable {
        case cause(FailureCause)
        /// What the runtime posted as its init's error, verbatim.
        case posted(Bytes)
    }

    /// The process ended, or could not be started.
    mutating func processEnded(_ cause: FailureCause, at now: MonotonicTime) -> Failure {
        fail(cause, status: .error(cause.reportedType), at: now)
    }

    /// The ``deadline`` has passed.
    ///
    /// The process must be killed unless the answer is nil.
    mutating func deadlineReached(at now: MonotonicTime, timeoutSeconds: Int) -> Failure? {
        guard let deadline, deadline <= now else { return nil }
        // After an init error the deadline is the runtime's grace, not its timeout.
        if hasInitError { return fail(.exited(.signal(9)), status: .error("Runtime.ExitError"), at: now) }
        return fail(.timedOut(seconds: timeoutSeconds), status: .timeout, at: deadline)
    }

    /// The environment is to end, whatever it does.
    ///
    /// Nothing is told of it any more.
    ///
    /// - Returns: what it has, also when the result is there: a caller may wait for the end of the log.
    mutating func stopped() -> Assignment? {
        defer { state = .ended }
        if case .reinitializing(_, let assignment) = state { return assignment }
        return currentAssignment
    }

    private var hasInitError: Bool {
        switch state {
        case .initializing(let initialization), .reinitializing(let initialization, _): initialization.error != nil
        default: false
        }
    }

    private mutating func fail(_ cause: FailureCause, status: ReportStatus, at now: MonotonicTime) -> Failure {
        switch state {
        case .initializing(let initialization):
            state = .initFailed
            let status = initialization.error.map { .error($0.type) } ?? status
            return .initFailed(
                InitReport(nanoseconds: now.since(initialization.began), phase: .initialize, status: status))
        case .reinitializing(let initialization, let assignment):
            state = .ended
            let status = initialization.error.map { .error($0.type) } ?? status
            let result = initialization.error.map { FailedResult.posted($0.body) } ?? .cause(cause)
            let report = InitReport(nanoseconds: now.since(initialization.began), phase: .invoke, status: status)
            return .reinitFailed(assignment, result, report, self.report(assignment, at: now, status))
        case .running(let assignment), .responding(let assignment, _):
            state = .ended
            return .invocationFailed(assignment, .cause(cause), report(assignment, at: now, status))
        case .refused(let assignment), .answered(let assignment):
            state = .ended
            return .endedAfterResult(assignment, report(assignment, at: now, status))
        case .ready, .initFailed:
            state = .ended
            return .endedIdle
        case .ended:
            return .none
        }
    }

    private mutating func report(
        _ assignment: Assignment, at now: MonotonicTime, _ status: ReportStatus
    ) -> InvocationReport {
        defer { unreportedInit = nil }
        return InvocationReport(
            requestID: assignment.requestID, nanoseconds: now.since(assignment.began), initNanoseconds: unreportedInit,
            status: status)
    }
}
