// SPDX-License-Identifier: Apache-2.0

/// A request in the one form that both sides of a signature compute.
///
/// AWS documentation: IAM User Guide, "Create a signed AWS API request"; for S3's exceptions, S3 API Reference,
/// "Signature Calculations for the Authorization Header".
struct CanonicalRequest {
    let text: String

    /// - Parameters:
    ///   - signedHeaders: lower-case names, in the order in which they are listed.
    ///   - isS3: S3's path is encoded once and kept as it is; everyone else's is normalised and encoded twice.
    ///   - plusIsSpace: whether a bare `+` in the query stands for a space.
    init(
        _ request: SignableRequest, signedHeaders: [String], payloadHash: String, isS3: Bool, plusIsSpace: Bool = false
    ) {
        let lines = [
            request.method, Self.path(request.path, isS3: isS3),
            Self.query(QueryString(parsing: request.query ?? "", plusIsSpace: plusIsSpace)),
            Self.headers(request.headers, signedHeaders), signedHeaders.joined(separator: ";"), payloadHash,
        ]
        text = lines.joined(separator: "\n")
    }

    /// The text that is signed in the end.
    func stringToSign(timestamp: String, scope: CredentialScope) -> String {
        [
            AuthorizationHeader.algorithm, timestamp, scope.text, Checksum.sha256Hex(Array(text.utf8)),
        ].joined(separator: "\n")
    }

    private static func path(_ path: String, isS3: Bool) -> String {
        let path = path.isEmpty ? "/" : path
        if isS3 {
            // Clients differ in what they leave unencoded (`=`, `+`, `'`): the canonical form is that of the key.
            return URIEncoding.encode(decodingSegmentsOf: path)
        }
        return URIEncoding.encode(normalised(path), keepingSlashes: true)
    }

    /// The path without `.`, `..` and empty segments (RFC 3986, 6.2.2.3).
    private static func normalised(_ path: String) -> String {
        var segments: [Substring] = []
        for segment in path.split(separator: "/") where segment != "." {
            if segment == ".." {
                _ = segments.popLast()
            } else {
                segments.append(segment)
            }
        }
        guard !segments.isEmpty else { return "/" }
        return "/" + segments.joined(separator: "/") + (path.hasSuffix("/") ? "/" : "")
    }

    private static func query(_ query: QueryString) -> String {
        query.parameters
            .filter { $0.name != "X-Amz-Signature" }
            .map { (name: URIEncoding.encode($0.name), value: URIEncoding.encode($0.value)) }
            .sorted { $0.name == $1.name ? $0.value.precedesInBytes($1.value) : $0.name.precedesInBytes($1.name) }
            .map { "\($0.name)=\($0.value)" }
            .joined(separator: "&")
    }

    /// `name:value` and a line end for each signed header.
    private static func headers(_ headers: [(name: String, value: String)], _ signed: [String]) -> String {
        var values: [String: [String]] = [:]
        for header in headers {
            values[header.name.lowercased(), default: []].append(collapsed(header.value))
        }
        return signed.map { "\($0):\((values[$0] ?? []).joined(separator: ","))\n" }.joined()
    }

    /// The value without spaces around it, and with one in place of several.
    private static func collapsed(_ value: String) -> String {
        value.split(whereSeparator: { $0 == " " || $0 == "\t" || $0.isNewline }).joined(separator: " ")
    }
}

extension String {
    fileprivate func precedesInBytes(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }
}
