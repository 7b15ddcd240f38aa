// SPDX-License-Identifier: Apache-2.0
import CLibuv

/// A libuv handle at an address that never moves, and the object that its callbacks reach.
///
/// The handle keeps its owner alive from the initialisation until libuv's close callback, which also frees the memory:
/// a callback can therefore never find its context gone.
class LoopHandle {
    let loop: EventLoop
    private let memory: UnsafeMutableRawPointer
    private(set) var isClosing = false

    /// Allocates the handle and initialises it with a `uv_…_init`.
    init<Handle>(
        _ loop: EventLoop, _ type: Handle.Type, _ operation: @autoclosure () -> String,
        initialise: (UnsafeMutablePointer<Handle>) -> Int32
    ) throws(LoopError) {
        loop.preconditionOnLoop()
        self.loop = loop
        let handle = UnsafeMutablePointer<Handle>.allocate(capacity: 1)
        memory = UnsafeMutableRawPointer(handle)
        let code = initialise(handle)
        guard code == 0 else {
            handle.deallocate()
            throw LoopError(code: code, operation: operation())
        }
        base.pointee.data = Unmanaged.passRetained(self).toOpaque()
    }

    private var base: UnsafeMutablePointer<uv_handle_t> { memory.assumingMemoryBound(to: uv_handle_t.self) }

    func raw<Handle>(_: Handle.Type) -> UnsafeMutablePointer<Handle> { memory.assumingMemoryBound(to: Handle.self) }

    /// Closes the handle; no callback of it runs after this call.
    ///
    /// Closing twice is one close.
    final func close() {
        loop.preconditionOnLoop()
        guard !isClosing else { return }
        isClosing = true
        willClose()
        uv_close(base) { handle in
            guard let handle else { return }
            Unmanaged<LoopHandle>.fromOpaque(handle.pointee.data).release()
            UnsafeMutableRawPointer(handle).deallocate()
        }
    }

    /// What a kind of handle does before it closes: tells who waits, drops its closures.
    func willClose() {}

    /// The owner of a handle that libuv passes to a callback.
    @inline(__always)
    static func of<Handle>(_ handle: UnsafeMutablePointer<Handle>?) -> Self? {
        guard let handle,
            let data = UnsafeMutableRawPointer(handle).assumingMemoryBound(to: uv_handle_t.self).pointee.data
        else { return nil }
        return unsafeDowncast(Unmanaged<LoopHandle>.fromOpaque(data).takeUnretainedValue(), to: Self.self)
    }
}

/// Whether a handle belongs to a ``LoopHandle``, as all do but the loop's own four.
func isOwned(_ handle: UnsafeMutablePointer<uv_handle_t>) -> Bool {
    switch uv_handle_get_type(handle) {
    case UV_ASYNC, UV_PREPARE, UV_CHECK, UV_IDLE: false
    default: uv_is_closing(handle) == 0
    }
}

func closeForShutdown(_ handle: UnsafeMutablePointer<uv_handle_t>) {
    if isOwned(handle) {
        LoopHandle.of(handle)?.close()
    } else if uv_is_closing(handle) == 0 {
        uv_close(handle, nil)
    }
}
