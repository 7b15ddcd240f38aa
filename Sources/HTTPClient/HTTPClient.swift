// SPDX-License-Identifier: Apache-2.0
public import Curl
public import EventLoop

/// Sends HTTP requests from a loop, with libcurl: connections are kept and used again.
public actor HTTPClient {
    private let loop: EventLoop
    private var transfers: Transfers?

    /// The loop: the actor lives on it, next to its sockets.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// A client without connections; they are opened with the first request and closed by ``close()``.
    public init(loop: EventLoop) {
        self.loop = loop
    }

    /// Sends a request and waits for the whole response.
    ///
    /// A task that is cancelled meanwhile cancels the transfer.
    ///
    /// - Throws: ``CurlError`` when no complete response came, `CancellationError` when the task was cancelled. An HTTP
    ///   status is never an error.
    public func send(_ request: CurlRequest) async throws -> CurlResponse {
        let ticket = Ticket()
        return try await withTaskCancellationHandler {
            try await transfer(request, ticket)
        } onCancel: {
            loop.spawn { await self.cancel(ticket) }
        }
    }

    /// A method of the actor, and no closure: the body of a continuation runs where the method does, on the loop.
    ///
    /// A closure that a cancellation handler runs is somewhere else when the task does not prefer the loop.
    private func transfer(_ request: CurlRequest, _ ticket: Ticket) async throws -> CurlResponse {
        let transfers = try openTransfers()
        return try await withCheckedThrowingContinuation { continuation in
            guard !Task.isCancelled else {
                continuation.resume(throwing: CancellationError())
                return
            }
            transfers.start(request, ticket: ObjectIdentifier(ticket), continuation)
        }
    }

    /// Cancels what runs and closes all connections.
    ///
    /// The client must not be used after it.
    public func close() {
        transfers?.close()
        transfers = nil
    }

    private func cancel(_ ticket: Ticket) {
        transfers?.cancel(ObjectIdentifier(ticket))
    }

    private func openTransfers() throws -> Transfers {
        if let transfers { return transfers }
        let opened = try Transfers(loop: loop)
        transfers = opened
        return opened
    }
}

/// Tells one request of a client from all others.
private final class Ticket: Sendable {}
