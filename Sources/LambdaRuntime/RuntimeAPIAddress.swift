// SPDX-License-Identifier: Apache-2.0

/// Where the Runtime API is: `AWS_LAMBDA_RUNTIME_API` taken apart.
///
/// AWS says `host:port`; other platforms also give a scheme, and a path that goes in front.
struct RuntimeAPIAddress: Equatable, Sendable {
    /// `host:port`, for connecting and for the `Host` field.
    let authority: String
    /// The path up to the version of the API: empty, or with a slash in front and none at its end.
    let pathPrefix: String

    /// Nil when the text names no host.
    init?(_ text: String) {
        let rest = text.hasPrefix("http://") ? text.dropFirst(7) : text[...]
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        var path = rest[slash...]
        while path.last == "/" { path.removeLast() }
        let isPlain = rest.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        guard isPlain, slash > rest.startIndex else { return nil }
        authority = String(rest[..<slash])
        pathPrefix = String(path)
    }
}
