// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import JSON
import ServiceProtocols

// What comes out of an emulator, and what must be true of it.
extension World {
    /// A message with an outcome was received.
    func received(message: String, _ body: String) {
        note(20, message)
        let isAgain = hidden[message] != nil
        if let until = hidden[message], now < until { problem("message \(message) came before it was visible again") }
        hidden[message] = now + .seconds(World.visibility)
        guard !isAgain else { return }
        guard let record = JSONValue(parsing: body), let context = record["requestContext"],
            let id = context["requestId"]?.string, let condition = context["condition"]?.string,
            let moment = record["timestamp"]?.string.flatMap(ISO8601.parse)
        else { return problem("message \(message) is no record") }
        guard let event = events.removeValue(forKey: id) else {
            return checkAgain(id, Bytes(body), condition)
        }
        check(event, id, condition, at: Timestamp(milliseconds: moment))
        progressed(event.key)
        if !isDone(event.key) { outcome.ends[condition, default: 0] += 1 }
        done[event.key >> 6] |= 1 << UInt64(event.key & 63)
        sent[event.key] = nil
    }

    /// A message was deleted.
    func deleted(message: String) {
        hidden[message] = nil
    }

    /// Whether an event has come to the end that it must come to, at the moment at which it must.
    private func check(_ event: Event, _ id: String, _ condition: String, at moment: Timestamp) {
        guard !event.isLoose else { return }
        if let end = event.end {
            if end.condition != condition { problem("\(id) ended with \(condition), not \(end.condition)") }
            if end.at != moment { problem("\(id) ended \(moment - end.at) after it did") }
        } else if condition != "EventAgeExceeded" || event.accepted != nil && moment < event.due {
            // One that is late, or whose age is not known, may be given up before it is attempted again.
            problem("\(id) ended with \(condition), and had not")
        }
    }

    /// An outcome came again, as another message.
    private func checkAgain(_ id: String, _ body: Bytes, _ condition: String) {
        guard let number = World.number(in: body) else { return problem("\(id) ended and is nobody's") }
        let keys = World.functions.indices.map { World.key(number, $0) }
        guard keys.contains(where: doubtful.contains) else {
            return problem("\(id) ended twice, then with \(condition)")
        }
        // An event that ended unheard and unasked.
        for key in keys where doubtful.contains(key) && sent[key]?.requestID == id { sent[key] = nil }
    }
}
