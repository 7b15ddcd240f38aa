// SPDX-License-Identifier: Apache-2.0

/// What a template describes, with every reference resolved and every event wired: what an emulator is composed from.
///
/// The events of a serverless function are found where the service that sends them looks: routes in ``apis``,
/// notifications in ``buckets``, subscriptions in ``subscriptions``.
public struct Application: Sendable, Equatable, Encodable {
    /// Lambda functions.
    public var functions: [FunctionResource] = []
    /// Versions of functions, in the order in which they are published.
    public var versions: [VersionResource] = []
    /// Aliases of functions.
    public var aliases: [AliasResource] = []
    /// Where functions are called over HTTP.
    public var functionURLs: [FunctionURLResource] = []
    /// Layers of functions.
    public var layers: [LayerResource] = []
    /// HTTP APIs, with their routes.
    public var apis: [HTTPAPIResource] = []
    /// Buckets, with their notifications.
    public var buckets: [BucketResource] = []
    /// Topics.
    public var topics: [TopicResource] = []
    /// Queues.
    public var queues: [QueueResource] = []
    /// Functions' subscriptions to topics.
    public var subscriptions: [SubscriptionResource] = []
    /// What becomes of functions' asynchronous events.
    public var eventInvokeConfigs: [EventInvokeConfigResource] = []
    /// Inference endpoints.
    public var endpoints: [EndpointResource] = []
    /// What functions' resource policies allow, be it declared or implied by events.
    public var permissions: [PermissionResource] = []
    /// The template's `Outputs`.
    public var outputs: [String: String] = [:]
    /// What was not executed, and why; never an error.
    public var diagnostics: [Diagnostic] = []

    /// The alias that a function's callers are to use: its only one.
    public func soleAlias(of function: FunctionResource) -> String? {
        let own = aliases.filter { $0.functionName == function.functionName }
        return own.count == 1 ? own.first?.name : nil
    }
}
