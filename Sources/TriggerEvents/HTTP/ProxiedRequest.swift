// SPDX-License-Identifier: Apache-2.0
import AWSWire
import JSON
import LambdaEvents

/// A request to an API, from which either form of proxy event is made.
///
/// Shapes: AWS documentation, "Create AWS Lambda proxy integrations for HTTP APIs", which has both payload formats.
public struct ProxiedRequest: Sendable {
    /// The forms of proxy events.
    public enum PayloadFormat: String, Sendable, CaseIterable {
        /// Of REST APIs.
        case v1 = "1.0"
        /// Of HTTP APIs and function URLs.
        case v2 = "2.0"
    }

    /// `GET` and the like.
    public var method: String
    /// The path as it was sent.
    public var path: String
    /// What follows the question mark, as it was sent; empty for nothing.
    public var query = ""
    /// The fields of the head in order, with their names as they were sent.
    public var headers: [(name: String, value: String)] = []
    /// The body; empty for none.
    public var body: [UInt8] = []
    /// When it came: milliseconds since 1970.
    public var moment: Int64
    /// The client's address.
    public var sourceAddress = "127.0.0.1"
    /// The version of HTTP that was spoken.
    public var protocolName = "HTTP/1.1"
    /// The id that API Gateway gave it.
    public var requestID: String
    /// The path of the route that matched, variables in braces; nil when that is not known.
    public var routePath: String?
    /// The account and the Region of the API.
    public var place: SamplePlace
    /// The id of the API.
    public var apiID: String
    /// The stage; nil for the one that each form of event has in AWS's examples.
    public var stage: String?

    init(method: String, path: String, moment: Int64, requestID: String, place: SamplePlace, apiID: String) {
        self.method = method
        self.path = path
        self.moment = moment
        self.requestID = requestID
        self.place = place
        self.apiID = apiID
    }

    /// The event in one of the forms.
    func event(_ format: PayloadFormat) -> JSONValue {
        switch format {
        case .v1: restEvent
        case .v2: httpEvent
        }
    }

    // MARK: What both forms have

    var host: String {
        header("host") ?? "\(apiID).execute-api.\(place.region).amazonaws.com"
    }

    var userAgent: String { header("user-agent") ?? "" }

    func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name }?.value
    }

    /// The query, decoded.
    var parameters: [(name: String, value: String)] {
        QueryString(parsing: query).parameters.map { ($0.name, $0.value) }
    }

    /// The variables of the route; nil when there are none, or when the path does not follow it.
    var pathParameters: [String: String]? {
        guard let routePath else { return nil }
        var segments = path.split(separator: "/", omittingEmptySubsequences: false)[...]
        var found: [String: String] = [:]
        for part in routePath.split(separator: "/", omittingEmptySubsequences: false) {
            guard let segment = segments.popFirst() else { return nil }
            guard part.hasPrefix("{"), part.hasSuffix("}") else {
                if part != segment { return nil }
                continue
            }
            let name = part.dropFirst().dropLast()
            if name.hasSuffix("+") {
                let rest = ([segment] + segments).joined(separator: "/")
                found[String(name.dropLast())] = URIEncoding.decodeLeniently(rest)
                segments = []
            } else {
                found[String(name)] = URIEncoding.decodeLeniently(segment)
            }
        }
        return found.isEmpty || !segments.isEmpty ? nil : found
    }

    /// The body as an event has it: text where it is text.
    var encodedBody: (text: String?, isBase64: Bool) {
        guard !body.isEmpty else { return (nil, false) }
        if let text = String(validating: body, as: UTF8.self) { return (text, false) }
        return (Base64.encode(body), true)
    }
}
