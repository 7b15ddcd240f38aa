// SPDX-License-Identifier: Apache-2.0

/// The parts of a request that a signature covers, as they stand on the wire.
public struct SignableRequest: Sendable {
    /// The method in upper case, such as `GET` or `POST`.
    public var method: String
    /// Percent-encoded, without the query; begins with a slash.
    public var path: String
    /// What follows `?`, percent-encoded; nil without one.
    public var query: String?
    /// All header fields that were or will be sent, `Host` among them.
    ///
    /// Names compare without regard to case.
    public var headers: [(name: String, value: String)]

    /// Puts a request together.
    public init(method: String, path: String, query: String? = nil, headers: [(name: String, value: String)]) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
    }

    /// The first value of a header.
    ///
    /// - Parameter name: in lower case.
    func header(_ name: String) -> String? {
        headers.first { $0.name.utf8.count == name.utf8.count && $0.name.lowercased() == name }?.value
    }
}
