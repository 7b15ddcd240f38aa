// SPDX-License-Identifier: Apache-2.0
import Buffers
import EventLoop
import HTTP1

/// One connection: it reads a request, has it answered, and reads the next.
///
/// libuv's callbacks parse what arrives at once; the task in ``serve(_:)`` waits for heads and bodies. Whoever waits
/// looks and parks in one step, inside the continuation's body: a look before it could miss what comes in between.
actor HTTPConnection {
    /// The limits' times in milliseconds, which is what they are compared in.
    private struct Timeouts {
        let head: UInt64
        let stall: UInt64
        let idle: UInt64?

        init(_ limits: HTTPLimits) {
            head = Self.milliseconds(limits.headTimeout)
            stall = Self.milliseconds(limits.stallTimeout)
            idle = limits.idleTimeout.map(Self.milliseconds)
        }

        private static func milliseconds(_ duration: Duration) -> UInt64 {
            UInt64(max(0, duration / .milliseconds(1)))
        }
    }

    private enum Failure {
        case notHTTP
        case headTooLarge
        case tooSlow
    }

    private let loop: EventLoop
    private let limits: HTTPLimits
    private let timeouts: Timeouts
    private var stream: TCPStream
    private let remoteAddress: String
    private let parser: HTTPParser
    private var isOpen = true
    private var closesWhenIdle = false

    /// Bytes of later requests, which wait until the current one is answered.
    private var pipelined: [UInt8] = []
    /// A head that nobody has asked for yet.
    private var head: HTTPHead?
    private var headWaiter: UnsafeContinuation<HTTPHead?, Never>?
    private var body = IncomingBody()
    private var bodyWaiter: UnsafeContinuation<Void, Never>?
    private var flushWaiter: UnsafeContinuation<Void, Never>?
    /// From a request's head until its response is sent; no other request is parsed meanwhile.
    private var isBusy = false
    private var mustSendContinue = false
    /// The peer sends no more; it may still read.
    private var isInputOver = false
    private var failure: Failure?
    private var deadline: UInt64?
    private var out: [UInt8] = []

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(loop: EventLoop, stream: sending TCPStream, limits: HTTPLimits) {
        self.loop = loop
        self.limits = limits
        timeouts = Timeouts(limits)
        remoteAddress = stream.remoteAddress
        self.stream = stream
        parser = HTTPParser(.request, headLimit: limits.headBytes)
    }

    // MARK: The task

    /// Answers requests until the connection ends.
    func serve(_ handler: any HTTPHandler) async {
        stream.delegate = self
        setDeadline(timeouts.idle)
        stream.startReading()
        while let head = await nextHead() {
            let response = await handler.respond(to: request(head))
            // A body that was cut off gets the server's answer: the handler's is about a part of it.
            guard failure == nil else { break }
            // A request has one answer, whatever becomes of its body after that.
            let keepAlive = head.keepAlive && !closesWhenIdle && canSkipBody
            if !send(response, to: head, keepAlive: keepAlive) { await flushed() }
            if let stream = response.streamedBody(to: head), await !send(stream) { return close() }
            guard isOpen, keepAlive else { return close() }
            if !body.isComplete, await !discardBody() { return close() }
            becomeIdle()
        }
        if let failure { await refuse(failure) }
        close()
    }

    private func request(_ head: HTTPHead) -> HTTPRequest {
        let length = head.contentLength
        mustSendContinue = length != 0 && head.headers["expect"]?.lowercased() == "100-continue"
        let target = head.pathAndQuery
        return HTTPRequest(
            method: head.method, path: target.path, query: target.query, headers: head.headers,
            remoteAddress: remoteAddress,
            body: length == 0 ? BufferedBody.empty : ConnectionBody(connection: self, length: length))
    }

    private func nextHead() async -> HTTPHead? {
        await withUnsafeContinuation { continuation in
            if let head {
                self.head = nil
                continuation.resume(returning: head)
            } else if !isOpen || isInputOver || failure != nil || closesWhenIdle {
                continuation.resume(returning: nil)
            } else {
                headWaiter = continuation
            }
        }
    }

    /// Whether the next request can be found behind a body that nobody wanted.
    private var canSkipBody: Bool {
        body.isComplete || (!mustSendContinue && (body.length ?? 0) <= limits.discardedBytes)
    }

    /// Reads what the handler left of its body, so that the next request starts where it should.
    private func discardBody() async -> Bool {
        guard !mustSendContinue else { return false }
        body.discard(limit: limits.discardedBytes)
        stream.startReading()
        await bodyChange { $0.isComplete || $0.isTooLong }
        return body.isComplete && !body.isTooLong
    }

    private func becomeIdle() {
        isBusy = false
        setDeadline(timeouts.idle)
        guard !pipelined.isEmpty else {
            stream.startReading()
            return
        }
        let waiting = pipelined
        pipelined.removeAll()
        waiting.withUnsafeBytes { parse($0) }
        if pipelined.count < EventLoop.readSize { stream.startReading() }
    }

    private func refuse(_ failure: Failure) async {
        let status =
            switch failure {
            case .notHTTP: 400
            case .headTooLarge: 431
            case .tooSlow: 408
            }
        if !send(HTTPResponse(status: status), to: HTTPHead(), keepAlive: false) { await flushed() }
    }

    // MARK: Body

    /// The whole body, if it is all there and the caller is on the loop: it spares such a body the way by the actor.
    nonisolated func arrivedBody(limit: Int) -> Bytes? {
        loop.isOnLoop ? loop.assumeIsolated(self, limit) { $0.takeArrivedBody(limit: $1) } : nil
    }

    private func takeArrivedBody(limit: Int) -> Bytes? {
        guard body.isComplete, body.isStreamed, body.bufferedCount <= limit else { return nil }
        mustSendContinue = false
        return body.take()
    }

    func collectBody(limit: Int) async throws(RequestBodyError) -> Bytes {
        if let length = body.length, length > limit { throw .tooLarge(limit: limit) }
        sendContinue()
        body.collect(limit: limit)
        stream.startReading()
        await bodyChange { $0.isComplete || $0.isTooLong }
        if body.isTooLong { throw .tooLarge(limit: limit) }
        guard body.isComplete else { throw .truncated }
        return body.take()
    }

    func nextBodyPiece() async throws(RequestBodyError) -> Bytes? {
        sendContinue()
        await bodyChange { $0.isComplete || $0.bufferedCount > 0 }
        let piece = body.take()
        if !piece.isEmpty {
            stream.startReading()
            return piece
        }
        guard body.isComplete else { throw .truncated }
        return nil
    }

    var bodyTrailers: HTTPHeaders { body.trailers }

    /// Returns once the body is in a wanted state, or no more of it can come.
    private func bodyChange(until isWanted: (borrowing IncomingBody) -> Bool) async {
        while true {
            await withUnsafeContinuation { continuation in
                if isWanted(body) || cannotReadMore {
                    continuation.resume()
                } else {
                    // A deadline that passed while nobody waited is gone.
                    setDeadline(timeouts.stall)
                    bodyWaiter = continuation
                }
            }
            if isWanted(body) || cannotReadMore { return }
        }
    }

    /// Whether a part of a request is here, and somebody waits for the rest: a body that is refused may never come.
    var isReceiving: Bool { !cannotReadMore && (parser.isInsideHead || bodyWaiter != nil) }

    private var cannotReadMore: Bool { !isOpen || isInputOver || failure != nil }

    private func sendContinue() {
        guard mustSendContinue else { return }
        mustSendContinue = false
        if body.bufferedCount == 0, !body.isComplete {
            "HTTP/1.1 100 Continue\r\n\r\n".utf8.withContiguousStorageIfAvailable {
                _ = stream.write(UnsafeRawBufferPointer($0))
            }
        }
    }

    private func wakeBodyWaiter() {
        let waiter = bodyWaiter
        bodyWaiter = nil
        waiter?.resume()
    }

    // MARK: Response

    /// Sends a response's head, and its body where that is in memory.
    ///
    /// - Returns: whether the kernel has taken all of it; if not, ``flushed()`` waits for that.
    private func send(_ response: HTTPResponse, to head: HTTPHead, keepAlive: Bool) -> Bool {
        out.removeAll(keepingCapacity: true)
        out.appendHead(of: response, keepAlive: keepAlive)
        return send(out, response.bufferedBody(to: head))
    }

    /// Sends a streamed body.
    ///
    /// - Returns: whether all of it was sent.
    private func send(_ body: HTTPResponse.StreamedBody) async -> Bool {
        let writer = ConnectionWriter(connection: self, length: body.length)
        do {
            try await body.produce(writer)
            return try await writer.finish()
        } catch {
            // The peer must not take a part for the whole.
            return false
        }
    }

    /// Writes, and waits until the kernel has taken it.
    func write(_ head: [UInt8], _ body: Bytes) async {
        if !send(head, body) { await flushed() }
    }

    private func send(_ head: [UInt8], _ body: Bytes) -> Bool {
        guard isOpen else { return true }
        if head.withUnsafeBytes({ stream.write($0, body) }) { return true }
        setDeadline(timeouts.stall)
        return false
    }

    /// Returns once the kernel has taken all that was written, or the connection is closed.
    private func flushed() async {
        await withUnsafeContinuation { continuation in
            if isOpen && stream.queuedBytes > 0 {
                flushWaiter = continuation
            } else {
                continuation.resume()
            }
        }
    }

    var canWrite: Bool { isOpen }

    // MARK: What the stream tells

    private func received(_ bytes: UnsafeRawBufferPointer) {
        guard failure == nil else { return }
        if !pipelined.isEmpty || (isBusy && body.isComplete) {
            pipelined.append(contentsOf: bytes)
            if pipelined.count >= EventLoop.readSize { stream.stopReading() }
        } else {
            parse(bytes)
        }
    }

    private func parse(_ bytes: UnsafeRawBufferPointer) {
        var input = bytes
        // The time for a head counts from its first byte: a peer that sends one now and then does not get more of it.
        let continuesHead = parser.isInsideHead
        do throws(HTTPParserError) {
            while let event = try parser.next(&input) {
                switch event {
                case .head: headReceived(parser.takeHead())
                case .body(let piece): bodyReceived(piece)
                case .end:
                    body.isComplete = true
                    if body.length == nil { body.trailers = parser.takeTrailers() }
                    deadline = nil
                    wakeBodyWaiter()
                    // What follows waits for the answer to this request.
                    if !input.isEmpty { pipelined.append(contentsOf: input) }
                    return
                }
            }
            if !isBusy, !continuesHead { setDeadline(timeouts.head) }
        } catch {
            if case .headTooLarge = error { fail(.headTooLarge) } else { fail(.notHTTP) }
        }
    }

    private func headReceived(_ head: HTTPHead) {
        isBusy = true
        body = IncomingBody(length: head.contentLength)
        setDeadline(timeouts.stall)
        if let waiter = headWaiter {
            headWaiter = nil
            waiter.resume(returning: head)
        } else {
            self.head = head
        }
    }

    private func bodyReceived(_ piece: UnsafeRawBufferPointer) {
        setDeadline(timeouts.stall)
        body.received(piece)
        if body.wantsPause { stream.stopReading() }
        if body.isStreamed || body.isTooLong { wakeBodyWaiter() }
    }

    private func ended(_ error: LoopError?) {
        isInputOver = true
        if error != nil {
            close()
        } else {
            wakeAll()
        }
    }

    private func fail(_ failure: Failure) {
        self.failure = failure
        stream.stopReading()
        wakeAll()
    }

    private func wakeAll() {
        headWaiter?.resume(returning: nil)
        headWaiter = nil
        wakeBodyWaiter()
    }

    // MARK: Time and end

    private func setDeadline(_ timeout: UInt64?) {
        // No closure: one that is given to the standard library asks first whether this is the actor.
        deadline = if let timeout { loop.monotonicMilliseconds + timeout } else { nil }
    }

    func checkDeadline(_ now: UInt64) {
        guard let deadline, now >= deadline else { return }
        self.deadline = nil
        if flushWaiter == nil, headWaiter != nil, parser.isInsideHead {
            fail(.tooSlow)
        } else if bodyWaiter != nil {
            fail(.tooSlow)
        } else if headWaiter != nil || flushWaiter != nil {
            close()
        }
    }

    /// Closes at once when no request runs, else after its response.
    func closeWhenIdle() {
        closesWhenIdle = true
        if !isBusy { wakeAll() }
    }

    func abort() {
        close()
    }

    private func close() {
        guard isOpen else { return }
        isOpen = false
        deadline = nil
        stream.close()
        wakeAll()
        flushWaiter?.resume()
        flushWaiter = nil
    }
}

extension HTTPConnection: StreamDelegate {
    nonisolated func streamWillRead() -> UnsafeMutableRawBufferPointer? {
        loop.assumeIsolated(self, ()) { connection, _ in connection.body.memoryForRead() }
    }

    nonisolated func streamDidRead(_ bytes: UnsafeRawBufferPointer) {
        loop.assumeIsolated(self, bytes) { $0.received($1) }
    }

    nonisolated func streamDidEnd(_ error: LoopError?) {
        loop.assumeIsolated(self, error) { $0.ended($1) }
    }

    nonisolated func streamDidFlush(_ error: LoopError?) {
        loop.assumeIsolated(self, error) { connection, error in
            if error != nil {
                connection.close()
            } else {
                let waiter = connection.flushWaiter
                connection.flushWaiter = nil
                connection.deadline = nil
                waiter?.resume()
            }
        }
    }
}
