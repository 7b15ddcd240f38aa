// SPDX-License-Identifier: Apache-2.0
import Buffers
import CLibuv

/// What a stream tells its user, on the loop.
public protocol StreamDelegate: AnyObject {
    /// Memory for the next read, when the user has a place for it; nil reads into the loop's scratch buffer.
    func streamWillRead() -> UnsafeMutableRawBufferPointer?

    /// Bytes came. They stand in the scratch buffer, or in the memory that ``streamWillRead()`` gave, and belong to the
    /// user during this call only.
    func streamDidRead(_ bytes: UnsafeRawBufferPointer)

    /// The peer sends no more: nil at an orderly end, else what went wrong.
    func streamDidEnd(_ error: LoopError?)

    /// Everything that was written has left for the kernel, or `error` says why it cannot.
    func streamDidFlush(_ error: LoopError?)
}

/// What sockets and pipes have in common: reading with back-pressure, and writes that own their bytes.
class StreamHandle: LoopHandle {
    /// Kept until the handle is closed, as the handle itself is.
    var delegate: (any StreamDelegate)?
    private var isReading = false
    /// Bytes that the kernel has not taken yet.
    private(set) var queuedBytes = 0

    private var stream: UnsafeMutablePointer<uv_stream_t> { raw(uv_stream_t.self) }

    func startReading() {
        loop.preconditionOnLoop()
        guard !isClosing, !isReading else { return }
        isReading = uv_read_start(stream, allocateForRead, onRead) == 0
    }

    func stopReading() {
        loop.preconditionOnLoop()
        guard !isClosing, isReading else { return }
        isReading = false
        uv_read_stop(stream)
    }

    /// Writes a head that the caller keeps and a body that is shared.
    ///
    /// What the kernel does not take at once is kept, and `streamDidFlush` follows, during this call if it fails at
    /// once; true means that nothing is left and it does not follow.
    func write(_ head: UnsafeRawBufferPointer, _ body: Bytes) -> Bool {
        loop.preconditionOnLoop()
        guard !isClosing else { return false }
        var written = 0
        if queuedBytes == 0 {
            let code = body.withUnsafeBytes { tryWrite(head, $0) }
            if code >= 0 {
                written = code
            } else if code != Int(UV_EAGAIN.rawValue) {
                // The failure comes by the callback, as it does when it strikes later.
                written = 0
            }
        }
        guard written < head.count + body.count else { return true }
        let restOfHead = Bytes(copying: UnsafeRawBufferPointer(rebasing: head.dropFirst(written)))
        let restOfBody = body.slice(max(0, written - head.count)..<body.count)
        queue(restOfHead, restOfBody)
        return false
    }

    private func tryWrite(_ head: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer) -> Int {
        withUnsafeTemporaryAllocation(of: uv_buf_t.self, capacity: 2) { buffers in
            buffers[0] = uv_buf_t(head)
            buffers[1] = uv_buf_t(body)
            return Int(uv_try_write(stream, buffers.baseAddress, body.isEmpty ? 1 : 2))
        }
    }

    private func queue(_ head: Bytes, _ body: Bytes) {
        let request = WriteRequest(parts: [head, body])
        queuedBytes += request.count
        let code = request.start(on: stream) { [self] code in
            queuedBytes -= request.count
            guard queuedBytes == 0, !isClosing else { return }
            delegate?.streamDidFlush(code < 0 ? LoopError(code: code, operation: "write to a stream") : nil)
        }
        guard code < 0 else { return }
        queuedBytes -= request.count
        delegate?.streamDidFlush(LoopError(code: code, operation: "write to a stream"))
    }

    override func willClose() {
        delegate = nil
    }

    fileprivate func memoryForRead() -> uv_buf_t {
        let memory = delegate?.streamWillRead() ?? loop.scratch
        return uv_buf_init(memory.baseAddress?.assumingMemoryBound(to: CChar.self), UInt32(memory.count))
    }

    fileprivate func didRead(_ count: Int, _ memory: UnsafePointer<uv_buf_t>?) {
        if count > 0, let memory {
            delegate?.streamDidRead(UnsafeRawBufferPointer(start: memory.pointee.base, count: count))
        } else if count < 0 {
            stopReading()
            let isEnd = count == Int(UV_EOF.rawValue)
            delegate?.streamDidEnd(isEnd ? nil : LoopError(code: Int32(count), operation: "read from a stream"))
        }
    }
}

/// One `uv_write`: it keeps its bytes until the callback.
private final class WriteRequest {
    private let parts: [Bytes]
    private let request = UnsafeMutablePointer<uv_write_t>.allocate(capacity: 1)
    private var completion: ((Int32) -> Void)?

    init(parts: [Bytes]) {
        self.parts = parts.filter { !$0.isEmpty }
    }

    var count: Int { parts.reduce(0) { $0 + $1.count } }

    func start(on stream: UnsafeMutablePointer<uv_stream_t>, completion: @escaping (Int32) -> Void) -> Int32 {
        self.completion = completion
        request.pointee.data = Unmanaged.passRetained(self).toOpaque()
        // Safety: the storage of `Bytes` does not move, and `parts` keeps it until the callback.
        let buffers = parts.map { part in part.withUnsafeBytes { uv_buf_t($0) } }
        let code = uv_write(request, stream, buffers, UInt32(buffers.count)) { request, code in
            guard let data = request?.pointee.data else { return }
            Unmanaged<WriteRequest>.fromOpaque(data).takeRetainedValue().completion?(code)
        }
        if code < 0 { Unmanaged.passUnretained(self).release() }
        return code
    }

    deinit { request.deallocate() }
}

extension uv_buf_t {
    fileprivate init(_ memory: UnsafeRawBufferPointer) {
        self = uv_buf_init(
            UnsafeMutablePointer(mutating: memory.baseAddress?.assumingMemoryBound(to: CChar.self)),
            UInt32(memory.count))
    }
}

private func allocateForRead(
    _ handle: UnsafeMutablePointer<uv_handle_t>?, _ suggested: Int, _ buffer: UnsafeMutablePointer<uv_buf_t>?
) {
    guard let memory = StreamHandle.of(handle)?.memoryForRead() else { return }
    buffer?.pointee = memory
}

private func onRead(
    _ stream: UnsafeMutablePointer<uv_stream_t>?, _ count: Int, _ buffer: UnsafePointer<uv_buf_t>?
) {
    StreamHandle.of(stream)?.didRead(count, buffer)
}
