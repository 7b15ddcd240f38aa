// SPDX-License-Identifier: Apache-2.0
import CLibuv
import Glibc

/// The reading end of one output stream of a child process.
final class ChildOutput: StreamDelegate {
    private final class Handle: StreamHandle {
        init(_ loop: EventLoop) throws(LoopError) {
            try super.init(loop, uv_pipe_t.self, "create a pipe") { uv_pipe_init(loop.uv, $0, 0) }
        }

        /// Takes a descriptor over.
        func open(_ descriptor: Int32) throws(LoopError) {
            try LoopError.check(uv_pipe_open(raw(uv_pipe_t.self), descriptor), "open a pipe")
        }
    }

    private let handle: Handle
    /// What the process writes to; -1 once it has it.
    private(set) var writing: Int32
    private var read: ((UnsafeRawBufferPointer) -> Void)?
    private var ended: (() -> Void)?

    init(
        loop: EventLoop, read: @escaping (UnsafeRawBufferPointer) -> Void, ended: @escaping () -> Void
    ) throws(LoopError) {
        let pipe = try Pipe()
        do throws(LoopError) {
            handle = try Handle(loop)
        } catch {
            pipe.close()
            throw error
        }
        do throws(LoopError) {
            try handle.open(pipe.reading)
        } catch {
            handle.close()
            pipe.close()
            throw error
        }
        writing = pipe.writing
        self.read = read
        self.ended = ended
    }

    /// The process has its end: when that is closed there, the stream ends here.
    func processStarted() {
        if writing >= 0 { Glibc.close(writing) }
        writing = -1
    }

    func start() {
        handle.delegate = self
        handle.startReading()
    }

    func close() {
        processStarted()
        read = nil
        ended = nil
        handle.close()
    }

    func streamWillRead() -> UnsafeMutableRawBufferPointer? { nil }

    func streamDidRead(_ bytes: UnsafeRawBufferPointer) { read?(bytes) }

    func streamDidEnd(_ error: LoopError?) {
        let ended = ended
        close()
        ended?()
    }

    func streamDidFlush(_ error: LoopError?) {}
}
