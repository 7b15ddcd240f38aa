// SPDX-License-Identifier: Apache-2.0

/// Where a service is, and what its signatures call it.
struct ServiceEndpoint: Sendable, Equatable {
    /// `http` or `https`.
    let scheme: String
    /// Host and, unless it is the scheme's own, port.
    let authority: String
    /// What stands in front of all paths: empty, or with a slash in front and none at its end.
    let pathPrefix: String
    let signingName: String
    /// Whether this is AWS's own endpoint and not a configured one.
    let isAWS: Bool

    init(url: String, signingName: String, isAWS: Bool) throws(AWSConfigurationError) {
        guard let (scheme, rest) = Self.split(url), url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw AWSConfigurationError(description: "\"\(url)\" is not the URL of an endpoint")
        }
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        var path = rest[slash...]
        while path.last == "/" { path.removeLast() }
        let authority = rest[..<slash]
        let ownPort = scheme == "https" ? ":443" : ":80"
        self.scheme = scheme
        self.authority = String(authority.hasSuffix(ownPort) ? authority.dropLast(ownPort.count) : authority)
        pathPrefix = String(path)
        self.signingName = signingName
        self.isAWS = isAWS
        guard !self.authority.isEmpty, !url.contains("?"), !url.contains("#"), !url.contains("@") else {
            throw AWSConfigurationError(description: "\"\(url)\" is not the URL of an endpoint")
        }
    }

    private static func split(_ url: String) -> (String, Substring)? {
        for scheme in ["http", "https"] where url.hasPrefix("\(scheme)://") {
            return (scheme, url.dropFirst(scheme.utf8.count + 3))
        }
        return nil
    }
}
