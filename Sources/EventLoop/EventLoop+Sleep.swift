// SPDX-License-Identifier: Apache-2.0

extension EventLoop {
    /// Returns after a delay of machine time.
    ///
    /// - Throws: `CancellationError` when the task is cancelled first.
    public func sleep(for delay: Duration) async throws {
        let sleeper = Sleeper(loop: self)
        try await withTaskCancellationHandler {
            try await sleeper.sleep(for: delay)
        } onCancel: {
            spawn { await sleeper.cancel() }
        }
    }
}

/// One sleep: it ends by its timer or by cancellation, whichever comes first.
private actor Sleeper {
    private enum State {
        case new
        case asleep(LoopTimer, CheckedContinuation<Void, any Error>)
        case over
    }

    private let loop: EventLoop
    private var state = State.new

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(loop: EventLoop) {
        self.loop = loop
    }

    func sleep(for delay: Duration) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            guard case .new = state, !Task.isCancelled, let timer = try? LoopTimer(loop: loop) else {
                continuation.resume(throwing: CancellationError())
                return
            }
            state = .asleep(timer, continuation)
            timer.start(after: delay) { self.wake(.success(())) }
        }
    }

    func cancel() {
        wake(.failure(CancellationError()))
    }

    private func wake(_ result: Result<Void, any Error>) {
        guard case .asleep(let timer, let continuation) = state else {
            state = .over
            return
        }
        state = .over
        timer.close()
        continuation.resume(with: result)
    }
}
