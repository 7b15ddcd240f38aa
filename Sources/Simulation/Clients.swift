// SPDX-License-Identifier: Apache-2.0
import Buffers
import EventLoop
import HTTP1
import HTTPServer
import JSON
import LambdaService
import S3Service
import SNSService
import SQSService
import ServiceProtocols

/// Those who use a simulated emulator: they send events, change what functions may have, and read the outcomes.
struct Clients: Sendable {
    let world: World
    let services: SimulatedServices
    let clock: LifeClock
    let loop: EventLoop

    /// Returns when each event has come to its end, or the life is over.
    func run() async {
        let sender = loop.spawn { await send() }
        while !clock.isOver(), !world.isDone {
            await readOutcomes()
            guard (try? await clock.sleep(until: clock.now + .milliseconds(1000))) != nil else { break }
        }
        sender.cancel()
        await sender.value
    }

    private func send() async {
        while world.hasMore {
            guard (try? await clock.sleep(until: clock.now + .milliseconds(world.random(1...20)))) != nil else {
                return
            }
            if world.random(0...99) == 0 { await reserve() }
            let call = world.nextCall()
            loop.spawn { await make(call) }
        }
    }

    private func reserve() async {
        let function = world.random(0...2)
        let count = [nil, nil, 0, 1, 2, 4][world.random(0...5)]
        try? await services.lambda.reserveConcurrency(count, of: World.functions[function].name)
        if !clock.isOver() { world.reserved(count, for: function) }
    }

    private func make(_ call: World.Call) async {
        let text = World.mark(call.number)
        do throws(ServiceError) {
            switch call.way {
            case .event(let function):
                _ = try await services.lambda.invokeAsync(
                    Invocation(function: World.functions[function].name, payload: Bytes("\"\(text)\"")))
            case .request(let function):
                _ = try await services.lambda.invoke(
                    Invocation(function: World.functions[function].name, payload: Bytes("\"\(text)\"")))
            case .object:
                try await services.s3.putObject(
                    bucket: SimulatedServices.bucket, key: text, StoredObject(body: Bytes()))
            case .message(let kind):
                var message = OutgoingMessage(body: text)
                message.attributes = [.init(name: "kind", type: "String", value: kind)]
                _ = try await services.sns.publish(topic: services.topic, message)
            }
            world.taken(call)
        } catch {
            world.refused(call, error)
        }
    }

    // MARK: Outcomes

    private func readOutcomes() async {
        while !clock.isOver() {
            guard
                let answer = await ask("ReceiveMessage", #""MaxNumberOfMessages":10"#),
                case .array(let messages)? = answer["Messages"], !messages.isEmpty
            else { return }
            for message in messages {
                guard let id = message["MessageId"]?.string, let handle = message["ReceiptHandle"]?.string,
                    let body = message["Body"]?.string
                else { return world.problem("a message without id, handle or body") }
                world.received(message: id, body)
                // Some are forgotten, and come again.
                guard world.random(0...99) < 95 else { continue }
                if await ask("DeleteMessage", #""ReceiptHandle":"\#(handle)""#) != nil { world.deleted(message: id) }
            }
        }
    }

    /// - Returns: nil for an error.
    private func ask(_ operation: String, _ members: String) async -> JSONValue? {
        let url = "http://127.0.0.1/\(SimulatedServices.account)/\(SimulatedServices.outcomes)"
        let response = await services.sqs.respond(
            to: HTTPRequest(
                method: "POST", path: "/", headers: ["X-Amz-Target": "AmazonSQS.\(operation)"],
                body: Bytes(#"{"QueueUrl":"\#(url)",\#(members)}"#)))
        guard response.status == 200, !clock.isOver(), case .bytes(let body) = response.body else { return nil }
        return body.isEmpty ? .object([:]) : JSONValue(parsing: body.string)
    }
}
