// SPDX-License-Identifier: Apache-2.0

/// How far a request has come: the document `state/<id>.json`.
///
/// Events come in any order and more than once. Each adds what it knows; none takes anything back.
package struct ImageState: Codable, Sendable, Equatable {
    package enum Status: String, Codable, Sendable, CaseIterable {
        case submitted = "SUBMITTED"
        case failed = "FAILED"
        case completed = "COMPLETED"
        case ready = "READY"

        /// A later status has a higher rank.
        ///
        /// A success outranks a failure: of two attempts one may give a picture.
        var rank: Int {
            switch self {
            case .submitted: 0
            case .failed: 1
            case .completed: 2
            case .ready: 3
            }
        }
    }

    /// One thing that happened to a request.
    package struct Event: Sendable, Equatable {
        package var status: Status
        /// As `1970-01-01T00:00:00.000Z`.
        package var time: String
        package var prompt: String?
        /// Why it failed.
        package var reason: String?
        /// Where the raw output is, `s3://bucket/key`.
        package var output: String?
        /// The picture's key.
        package var image: String?

        package init(
            _ status: Status, time: String, prompt: String? = nil, reason: String? = nil, output: String? = nil,
            image: String? = nil
        ) {
            self.status = status
            self.time = time
            self.prompt = prompt
            self.reason = reason
            self.output = output
            self.image = image
        }
    }

    package let id: String
    package private(set) var status: Status
    /// When each status was reached, by its name; of two events of one kind the earlier counts.
    package private(set) var times: [String: String]
    package private(set) var prompt: String?
    /// Only while ``status`` is `FAILED`.
    package private(set) var reason: String?
    package private(set) var output: String?
    package private(set) var image: String?
    /// Whether the endpoint has been given the request; false for an uploaded one that nobody has passed on yet.
    package private(set) var isPassedOn: Bool

    package init(id: String, _ event: Event) {
        self.id = id
        status = event.status
        times = [:]
        isPassedOn = event.status != .submitted
        record(event)
    }

    /// Adds what an event tells.
    package mutating func record(_ event: Event) {
        if event.status.rank > status.rank { status = event.status }
        let known = times[event.status.rawValue]
        // Times of this form are in the order of their text.
        times[event.status.rawValue] = known.map { min($0, event.time) } ?? event.time
        prompt = prompt ?? event.prompt
        output = output ?? event.output
        image = image ?? event.image
        reason = status == .failed ? reason ?? event.reason : nil
        if event.status != .submitted { isPassedOn = true }
    }

    /// Notes that the endpoint has the request.
    package mutating func passOn() {
        isPassedOn = true
    }
}
