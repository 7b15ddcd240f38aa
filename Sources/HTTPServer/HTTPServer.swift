// SPDX-License-Identifier: Apache-2.0
public import EventLoop

/// An HTTP/1.1 server on a loop: keep-alive, pipelining, bodies that stream both ways.
public actor HTTPServer {
    private enum State {
        case new
        case listening(TCPListener, LoopTimer)
        case stopping([CheckedContinuation<Void, Never>], LoopTimer)
        case stopped
    }

    private let loop: EventLoop
    private let host: String
    private let requestedPort: Int
    private var handler: (any HTTPHandler)?
    private let limits: HTTPLimits
    private var state = State.new
    private var connections: [ObjectIdentifier: HTTPConnection] = [:]

    /// The loop: the actor lives on it, as its connections do.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - host: a numeric address; the loopback unless told otherwise.
    ///   - port: 0 for any that is free.
    ///   - handler: what answers. Without one, connections wait until ``serve(_:)``: that way a port can be known to
    ///     what the handler is made from.
    public init(
        loop: EventLoop, host: String = "127.0.0.1", port: Int = 0, handler: (any HTTPHandler)? = nil,
        limits: HTTPLimits = HTTPLimits()
    ) {
        self.loop = loop
        self.host = host
        requestedPort = port
        self.handler = handler
        self.limits = limits
    }

    /// Starts to listen.
    ///
    /// - Returns: the port.
    /// - Throws: ``LoopError`` when the port is taken or may not be used.
    @discardableResult
    public func start() throws(LoopError) -> Int {
        guard case .new = state else { preconditionFailure("an HTTP server starts once") }
        let listener = try TCPListener(loop: loop, host: host, port: requestedPort) { self.takeConnection() }
        let ticker: LoopTimer
        do throws(LoopError) {
            ticker = try LoopTimer(loop: loop)
        } catch {
            listener.close()
            throw error
        }
        ticker.start(after: .seconds(1), every: .seconds(1)) { self.checkDeadlines() }
        // Swift looks up a table's types when it first grows: better now than while the first client waits.
        connections.reserveCapacity(16)
        state = .listening(listener, ticker)
        return listener.port
    }

    /// Begins to answer, if no handler was given before.
    public func serve(_ handler: any HTTPHandler) {
        precondition(self.handler == nil, "an HTTP server has one handler")
        self.handler = handler
        takeConnection()
    }

    /// Takes no more connections, lets running requests end for a while, and closes what is left.
    public func stop(grace: Duration = .seconds(1)) async {
        if case .listening(let listener, let ticker) = state {
            listener.close()
            state = .stopping([], ticker)
            ticker.start(after: grace) { self.closeAll() }
            closeIdle()
        }
        await withCheckedContinuation { continuation in
            guard case .stopping(let others, let ticker) = state else { return continuation.resume() }
            state = .stopping(others + [continuation], ticker)
            finishIfEmpty()
        }
    }

    private func takeConnection() {
        guard let handler, case .listening(let listener, _) = state, let stream = listener.accept() else { return }
        let connection = HTTPConnection(loop: loop, stream: stream, limits: limits)
        connections[ObjectIdentifier(connection)] = connection
        loop.spawn { [self] in
            await connection.serve(handler)
            await ended(connection)
        }
    }

    private func ended(_ connection: HTTPConnection) {
        connections[ObjectIdentifier(connection)] = nil
        finishIfEmpty()
    }

    private func finishIfEmpty() {
        guard connections.isEmpty, case .stopping(let waiters, let ticker) = state else { return }
        state = .stopped
        ticker.close()
        for waiter in waiters { waiter.resume() }
    }

    /// Whether a request is on its way that has not arrived whole; ask on the loop.
    public nonisolated var isReceiving: Bool {
        assumeIsolated { server in
            server.connections.values.contains { connection in connection.assumeIsolated { $0.isReceiving } }
        }
    }

    private func checkDeadlines() {
        let now = loop.monotonicMilliseconds
        for connection in connections.values {
            connection.assumeIsolated { $0.checkDeadline(now) }
        }
    }

    private func closeIdle() {
        for connection in connections.values {
            connection.assumeIsolated { $0.closeWhenIdle() }
        }
    }

    /// After the grace of a stop: handlers that still run lose their connection, and nobody waits for them.
    private func closeAll() {
        for connection in connections.values {
            connection.assumeIsolated { $0.abort() }
        }
        connections = [:]
        finishIfEmpty()
    }
}
