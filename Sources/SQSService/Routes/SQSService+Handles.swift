// SPDX-License-Identifier: Apache-2.0
import AWSWire
import ServiceProtocols

// What a receiver does with its receipt handles: DeleteMessage, ChangeMessageVisibility and their batches.
// AWS documentation: SQS API Reference.
extension SQSService {
    func deleteMessage(_ request: SQSRequest) async throws(AWSError) {
        try await delete(request, in: try queueName(request))
    }

    func deleteBatch(_ request: SQSRequest) async throws(AWSError) -> SQSValue {
        try await batch(request, "DeleteMessageBatch") { entry, name throws(AWSError) in
            try await self.delete(entry, in: name)
        }
    }

    private func delete(_ request: SQSRequest, in name: String) async throws(AWSError) {
        let handle = try handle(request, in: name)
        // A handle of an earlier receive is taken, and has no effect.
        guard queues[name]?.state.delete(handle) == true else { return }
        try await stored { db in try SQSTables.delete(handle.sequence, db) }
    }

    func changeVisibility(_ request: SQSRequest) async throws(AWSError) {
        try await changeVisibility(request, in: try queueName(request))
    }

    func changeVisibilityBatch(_ request: SQSRequest) async throws(AWSError) -> SQSValue {
        try await batch(request, "ChangeMessageVisibilityBatch") { entry, name throws(AWSError) in
            try await self.changeVisibility(entry, in: name)
        }
    }

    private func changeVisibility(_ request: SQSRequest, in name: String) async throws(AWSError) {
        let handle = try handle(request, in: name)
        guard let seconds = try Self.visibilityTimeout(request) else { throw SQSError.missing("VisibilityTimeout") }
        guard let message = try queues[name]?.state.changeVisibility(handle, seconds: seconds, now: now) else {
            throw SQSError.noQueue
        }
        wakeWaiters(of: name)
        try await stored { db in try SQSTables.update(message, db) }
    }

    private func handle(_ request: SQSRequest, in name: String) throws(AWSError) -> ReceiptHandle {
        let text = try request.required("ReceiptHandle")
        let handle = try ReceiptHandle(text)
        guard let queue = queues[name], handle.queue == queue.number else { throw SQSError.badHandle(text) }
        return handle
    }

    private func batch(
        _ request: SQSRequest, _ operation: String,
        _ body: (SQSRequest, String) async throws(AWSError) -> Void
    ) async throws(AWSError) -> SQSValue {
        let name = try queueName(request)
        var batch = BatchAnswer(element: "\(operation)ResultEntry")
        for entry in try request.entries(of: operation) {
            do throws(AWSError) {
                try await body(entry.request, name)
                batch.succeeded(entry.id)
            } catch {
                batch.failed(entry.id, error)
            }
        }
        return batch.value
    }
}
