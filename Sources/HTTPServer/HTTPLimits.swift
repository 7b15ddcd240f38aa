// SPDX-License-Identifier: Apache-2.0

/// What a server takes from its peers before it cuts them off.
public struct HTTPLimits: Sendable {
    /// Bytes of request line and headers; more is answered with 431.
    public var headBytes = 64 * 1024
    /// How long a head may take from its first byte; then 408.
    public var headTimeout: Duration = .seconds(10)
    /// How long a body may stay silent, and how long a peer may take nothing of a response.
    public var stallTimeout: Duration = .seconds(30)
    /// How long a connection may stay open between two requests; nil for ever.
    public var idleTimeout: Duration? = .seconds(75)
    /// How many bytes of a body are read and thrown away when its handler did not want them; more closes the
    /// connection.
    public var discardedBytes = 64 * 1024 * 1024

    /// The default limits, as they stand above; each may be changed before a server gets them.
    public init() {}
}
