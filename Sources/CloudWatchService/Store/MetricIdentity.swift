// SPDX-License-Identifier: Apache-2.0

/// What tells one metric from all others.
public struct MetricIdentity: Hashable, Sendable {
    /// A name with its value.
    public struct Dimension: Hashable, Sendable {
        /// At most 255 characters.
        public let name: String
        /// At most 1024 characters.
        public let value: String

        /// A dimension from its two parts.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// `AWS/Lambda` for one.
    public let namespace: String
    /// The metric's name, which other namespaces and other dimensions may have too.
    public let name: String
    /// By their names: the order in which they are given makes no difference.
    public let dimensions: [Dimension]

    /// The metric of that name and those dimensions, in any order.
    public init(namespace: String, name: String, dimensions: [Dimension] = []) {
        self.namespace = namespace
        self.name = name
        self.dimensions = dimensions.count < 2 ? dimensions : dimensions.sorted { $0.name < $1.name }
    }

    /// How many bytes of text it is.
    var size: Int {
        dimensions.reduce(namespace.utf8.count + name.utf8.count) { $0 + $1.name.utf8.count + $1.value.utf8.count }
    }
}
