// SPDX-License-Identifier: Apache-2.0

/// The operations on function URLs, each with the function's name as it stands in the path.
enum FunctionURLRoute: Equatable {
    case create(String)
    case get(String)
    case update(String)
    case delete(String)
    case list(String)

    init?(_ method: String, _ path: String) {
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        guard segments.count == 5, segments[0] == "", segments[1] == "2021-10-31", segments[2] == "functions" else {
            return nil
        }
        let name = decoded(segments[3])
        switch (method, segments[4]) {
        case ("POST", "url"): self = .create(name)
        case ("GET", "url"): self = .get(name)
        case ("PUT", "url"): self = .update(name)
        case ("DELETE", "url"): self = .delete(name)
        case ("GET", "urls"): self = .list(name)
        default: return nil
        }
    }
}
