// SPDX-License-Identifier: Apache-2.0

/// The parameters of a query or of a form body, in the order in which they were sent.
public struct QueryString: Sendable {
    /// A name with its value, both decoded.
    public struct Parameter: Sendable, Equatable {
        /// What stands before the `=`.
        public var name: String
        /// What stands after it; empty without one.
        public var value: String

        /// Puts a parameter together.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// In the order in which they were sent.
    public var parameters: [Parameter]

    /// A query with these parameters.
    public init(_ parameters: [Parameter] = []) {
        self.parameters = parameters
    }

    /// Reads `a=1&b&c=`; a name without `=` gets an empty value, a piece without a name is left out.
    ///
    /// - Parameter plusIsSpace: whether `+` stands for a space, as in a form.
    public init(parsing text: some StringProtocol, plusIsSpace: Bool = true) {
        parameters = Substring(text).split(separator: "&").compactMap { piece -> Parameter? in
            let parts = piece.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { part in
                plusIsSpace ? URIEncoding.decodeForm(part) : URIEncoding.decodeLeniently(part)
            }
            guard let name = parts.first, !name.isEmpty else { return nil }
            return Parameter(name: name, value: parts.count == 2 ? parts[1] : "")
        }
    }

    /// The first value of a parameter; nil when it is absent.
    ///
    /// Names keep their case.
    public subscript(_ name: String) -> String? {
        parameters.first { $0.name == name }?.value
    }

    /// Whether a parameter is there, with or without a value.
    public func contains(_ name: String) -> Bool {
        parameters.contains { $0.name == name }
    }

    /// All values of a parameter, in order.
    public func values(_ name: String) -> [String] {
        parameters.filter { $0.name == name }.map(\.value)
    }

    /// Adds a parameter at the end.
    public mutating func add(_ name: String, _ value: String) {
        parameters.append(Parameter(name: name, value: value))
    }

    /// The query as it is sent: `a=1&b=x%20y`.
    public var encoded: String {
        parameters.map { "\(URIEncoding.encode($0.name))=\(URIEncoding.encode($0.value))" }.joined(separator: "&")
    }
}
