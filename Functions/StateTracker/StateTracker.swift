// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import ImageApplication
import LambdaEvents
import LambdaRuntime
import Logging

/// Keeps `state/<id>.json` of every request, from what S3 and the endpoint's topics tell.
///
/// A request that was uploaded to `inputs/` by hand, and not by the API, is passed on to the endpoint from here.
@main
struct StateTracker: LambdaHandler {
    let storage: any ObjectStorage
    let endpoint: any Drawing

    static func main() async {
        await LambdaRuntime.run {
            let services = try ApplicationServices.fromEnvironment()
            return StateTracker(storage: services.storage, endpoint: try services.endpoint())
        }
    }

    /// What became of an event.
    struct Report: Codable, Equatable {
        /// The states after it.
        var states: [Entry] = []
        /// What in it concerns no request.
        var ignored: [String] = []

        struct Entry: Codable, Equatable {
            var id: String
            var status: ImageState.Status
        }
    }

    func handle(_ event: TrackedEvent, context: LambdaContext) async throws -> Report {
        var report = Report()
        for fact in event.facts {
            guard case .happened(let id, let change, let isInput) = fact else {
                if case .irrelevant(let what) = fact {
                    context.logger.warning("an event concerns no request", metadata: ["event": "\(what)"])
                    report.ignored.append(what)
                }
                continue
            }
            let state = isInput ? try await submitted(id, change) : try await StateStore(storage).record(change, of: id)
            context.logger.info(
                "the state was recorded",
                metadata: [
                    "image_id": "\(id)", "event": "\(change.status.rawValue)", "status": "\(state.status.rawValue)",
                ])
            report.states.append(Report.Entry(id: id, status: state.status))
        }
        return report
    }

    /// An input arrived: it is recorded, and passed on if that is still to be done.
    ///
    /// Passing on comes before noting it. Should the function end between the two, the next attempt passes on again,
    /// which draws the same picture twice; the other order could lose it.
    private func submitted(_ id: String, _ change: ImageState.Event) async throws -> ImageState {
        let states = StateStore(storage)
        let location = S3Location(bucket: storage.bucket, key: ImageKeys.input(id))
        guard let file = try await storage.get(location) else { return try await states.record(change, of: id) }
        do {
            var change = change
            change.prompt = try ImageRequest(json: Data(file.body)).prompt
            let state = try await states.record(change, of: id)
            guard !state.isPassedOn else { return state }
            try await endpoint.drawLater(location, id: id)
            try await states.passOn(id, change)
            return state
        } catch let invalid as InvalidRequest {
            try await states.record(change, of: id)
            let failure = ImageState.Event(.failed, time: change.time, reason: "invalid request: \(invalid.reason)")
            return try await states.record(failure, of: id)
        }
    }
}
