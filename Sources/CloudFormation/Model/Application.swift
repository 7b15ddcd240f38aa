// SPDX-License-Identifier: Apache-2.0

/// What a template describes, with every reference resolved and every event wired: what an emulator is composed from.
///
/// The events of a serverless function are found where the service that sends them looks: routes in ``apis``,
/// notifications in ``buckets``, subscriptions in ``subscriptions``.
public struct Application: Sendable, Equatable {
    public var functions: [FunctionResource] = []
    public var apis: [HTTPAPIResource] = []
    public var buckets: [BucketResource] = []
    public var topics: [TopicResource] = []
    public var subscriptions: [SubscriptionResource] = []
    public var endpoints: [EndpointResource] = []
    /// Permissions, as they were declared. Nothing here checks them.
    public var permissions: [PermissionResource] = []
    /// The template's `Outputs`.
    public var outputs: [String: String] = [:]
    /// What was not executed, and why; never an error.
    public var diagnostics: [Diagnostic] = []
}
