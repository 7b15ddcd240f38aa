// SPDX-License-Identifier: Apache-2.0
import Buffers
import ServiceProtocols

/// A model that fails when chaos says so.
struct SpoiledModel: Model {
    let model: any Model
    let endpoint: String
    let environment: ServiceEnvironment

    var isBusy: Bool { model.isBusy }

    func start() async { await model.start() }

    func ask(
        _ path: String, headers: [(name: String, value: String)], body: Bytes, timeout: Duration
    ) async -> ModelAnswer {
        var point = ChaosPoint(.inference, of: "sagemaker")
        point.resource = endpoint
        if let chaos = environment.chaos, case .fail(let error)? = chaos.strike(at: point) {
            return .answered(
                ModelResponse(status: error.status, contentType: "text/plain", body: "Internal Server Error"))
        }
        await environment.turns?.turn(of: .model(endpoint))
        return await model.ask(path, headers: headers, body: body, timeout: timeout)
    }

    func stop() async { await model.stop() }
}
