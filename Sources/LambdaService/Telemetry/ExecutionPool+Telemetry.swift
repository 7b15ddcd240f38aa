// SPDX-License-Identifier: Apache-2.0
import Buffers
import HTTP1
import HTTPClient
import HTTPServer
import ServiceProtocols

/// Subscriptions of extensions to telemetry.
extension ExecutionPool {
    /// `PUT /2022-07-01/telemetry` and `PUT /2020-08-15/logs`.
    func subscribe(
        _ id: String, to api: TelemetryAPI, _ body: [UInt8], in environmentID: Int
    ) throws(RuntimeAPIError) -> HTTPResponse {
        guard let environment = environments[environmentID], let extensions = environment.extensions,
            let telemetry = environment.telemetry
        else { throw .unknownExtension(id) }
        let name = try extensions.registry.name(of: id)
        guard telemetry.isOpen else { throw .subscriptionClosed(api) }
        let subscription = try TelemetrySubscription(body, api)
        let state = try telemetry.subscribe(name, subscription) { context in
            TelemetrySubscriber(subscription, loop: loop, client: openTelemetryClient()) { [log] dropped in
                PlatformEvent.logsDropped(records: dropped.records, bytes: dropped.bytes)
                    .json(context, subscription.schema, at: log.clock.now) ?? []
            }
        }
        environment.subscribed(SubscriptionStatus(name: name, state: state, api: api, types: subscription.types))
        return HTTPResponse(status: 200, headers: ["Content-Type": "application/json"], body: "\"OK\"")
    }

    private func openTelemetryClient() -> HTTPClient {
        if let telemetryClient { return telemetryClient }
        let client = HTTPClient(loop: loop)
        telemetryClient = client
        return client
    }
}
