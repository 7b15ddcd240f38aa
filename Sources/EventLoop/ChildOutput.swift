// SPDX-License-Identifier: Apache-2.0
import CLibuv

/// The reading end of one output stream of a child process.
final class ChildOutput: StreamDelegate {
    private final class Handle: StreamHandle {
        init(_ loop: EventLoop) throws(LoopError) {
            try super.init(loop, uv_pipe_t.self, "create a pipe") { uv_pipe_init(loop.uv, $0, 0) }
        }
    }

    private let handle: Handle
    private var read: ((UnsafeRawBufferPointer) -> Void)?
    private var ended: (() -> Void)?

    init(
        loop: EventLoop, read: @escaping (UnsafeRawBufferPointer) -> Void, ended: @escaping () -> Void
    ) throws(LoopError) {
        handle = try Handle(loop)
        self.read = read
        self.ended = ended
    }

    /// The pipe, for the process to write to.
    var stream: UnsafeMutablePointer<uv_stream_t> { handle.raw(uv_stream_t.self) }

    func start() {
        handle.delegate = self
        handle.startReading()
    }

    func close() {
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
