// SPDX-License-Identifier: Apache-2.0

extension Route {
    /// The operations on layers, whose names may be ARNs.
    enum LayerOperation: Equatable {
        /// Of all layers, or of one version by its ARN.
        case list
        case versions(String)
        case publish(String)
        case get(String, Int)
        case delete(String, Int)

        /// - Parameter segments: what follows `layers` in the path.
        init?(_ method: String, _ segments: ArraySlice<Substring>) {
            var segments = segments
            guard let first = segments.popFirst() else {
                guard method == "GET" else { return nil }
                self = .list
                return
            }
            let name = decoded(first)
            guard segments.popFirst() == "versions" else { return nil }
            switch (method, segments.popFirst().map { Int($0) }, segments.isEmpty) {
            case ("GET", nil, true): self = .versions(name)
            case ("POST", nil, true): self = .publish(name)
            case ("GET", let number??, true): self = .get(name, number)
            case ("DELETE", let number??, true): self = .delete(name, number)
            default: return nil
            }
        }
    }
}
