// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What an extension subscribes to, and where it wants it
/// (https://docs.aws.amazon.com/lambda/latest/dg/telemetry-api-reference.html).
struct TelemetrySubscription: Equatable {
    enum Kind: String, CaseIterable {
        case platform, function
        case `extension`

        /// As lines of text have it: `Platform`.
        var title: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
    }

    /// Always an address of this machine.
    enum Destination: Equatable {
        /// - Parameter path: begins with a slash.
        case http(port: Int, path: String, method: String)
        case tcp(port: Int)
    }

    struct Buffering: Equatable {
        var maxItems = 10_000
        var maxBytes = 262_144
        var timeoutMilliseconds = 1000

        static let items = 1000...10_000
        static let bytes = 262_144...1_048_576
        static let timeout = 25...30_000
    }

    let schema: TelemetrySchema
    let types: [Kind]
    let destination: Destination
    let buffering: Buffering
}

// MARK: Reading

extension TelemetrySubscription {
    private struct Request: Decodable {
        struct Destination: Decodable {
            var `protocol`: String?
            var URI: String?
            var port: Int?
            var method: String?
            var encoding: String?
        }

        struct Buffering: Decodable {
            var maxItems: Int?
            var maxBytes: Int?
            var timeoutMs: Int?
        }

        var schemaVersion: String?
        var types: [String]?
        var destination: Destination?
        var buffering: Buffering?
    }

    /// Port 9001 is Lambda's own.
    private static let reservedPort = 9001
    private static let hosts: Set = ["sandbox.localdomain", "sandbox"]

    /// Reads the body of a request.
    ///
    /// - Throws: the validation error with all that is wrong, in the words of AWS where they are documented.
    init(_ body: [UInt8], _ api: TelemetryAPI) throws(RuntimeAPIError) {
        guard let request = try? JSONDecoder().decode(Request.self, from: Data(body)) else {
            throw .invalidSubscription(api, ["the body is not a subscription in JSON"])
        }
        var problems: [String] = []
        let schema = Self.schema(request.schemaVersion, api, &problems)
        let destination = Self.destination(request.destination, api, &problems)
        types = Self.types(request.types, &problems)
        buffering = Self.buffering(request.buffering, &problems)
        guard problems.isEmpty, let schema, let destination else { throw .invalidSubscription(api, problems) }
        self.schema = schema
        self.destination = destination
    }

    private static func schema(
        _ version: String?, _ api: TelemetryAPI, _ problems: inout [String]
    ) -> TelemetrySchema? {
        // The Logs API does not ask for it (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-logs-api.html).
        guard let version = version ?? (api == .logs ? TelemetrySchema.logs2020.rawValue : nil) else {
            problems.append("schemaVersion is not provided")
            return nil
        }
        guard let schema = TelemetrySchema(rawValue: version), schema.api == api else {
            let known = TelemetrySchema.allCases.filter { $0.api == api }.map(\.rawValue).joined(separator: ", ")
            problems.append("\(api.rawValue)API only supports the following SchemaVersion: \(known)")
            return nil
        }
        return schema
    }

    private static func types(_ names: [String]?, _ problems: inout [String]) -> [Kind] {
        guard let names, !names.isEmpty else {
            problems.append("types should not be empty")
            return []
        }
        var types: [Kind] = []
        for name in names {
            if let type = Kind(rawValue: name) {
                if !types.contains(type) { types.append(type) }
            } else {
                problems.append("types should be platform, function or extension")
            }
        }
        return types
    }

    private static func buffering(_ request: Request.Buffering?, _ problems: inout [String]) -> Buffering {
        var buffering = Buffering()
        func read(_ name: String, _ value: Int?, _ range: ClosedRange<Int>, _ member: inout Int) {
            guard let value else { return }
            if !range.contains(value) {
                problems.append("\(name) should be between \(range.lowerBound) and \(range.upperBound)")
            }
            member = value
        }
        read("maxItems", request?.maxItems, Buffering.items, &buffering.maxItems)
        read("maxBytes", request?.maxBytes, Buffering.bytes, &buffering.maxBytes)
        read("timeoutMs", request?.timeoutMs, Buffering.timeout, &buffering.timeoutMilliseconds)
        return buffering
    }

    private static func destination(
        _ request: Request.Destination?, _ api: TelemetryAPI, _ problems: inout [String]
    ) -> Destination? {
        guard let request else {
            problems.append("destination is not provided")
            return nil
        }
        if let encoding = request.encoding, encoding != "JSON" { problems.append("encoding should be JSON") }
        let methods = api == .logs ? ["POST", "PUT"] : ["POST"]
        let method = request.method ?? "POST"
        if !methods.contains(method) { problems.append("method should be \(methods.joined(separator: " or "))") }
        let uri = request.URI.map { URLComponents(string: $0) }
        switch request.protocol {
        case "HTTP":
            guard let port = port(uri, &problems) else { return nil }
            let path = uri??.percentEncodedPath ?? ""
            return .http(port: port, path: path.hasPrefix("/") ? path : "/", method: method)
        case "TCP":
            guard let port = request.port.map({ checked($0, &problems) }) ?? port(uri, &problems) else { return nil }
            return .tcp(port: port)
        default:
            problems.append("protocol should be HTTP or TCP")
            return nil
        }
    }

    /// The port of a destination's address.
    ///
    /// Its host must be the one that stands for the environment itself: telemetry goes nowhere else.
    private static func port(_ uri: URLComponents??, _ problems: inout [String]) -> Int? {
        guard let uri else {
            problems.append("URI is not provided")
            return nil
        }
        guard let uri, uri.scheme == "http" || uri.scheme == "tcp", uri.user == nil else {
            problems.append("URI is not valid")
            return nil
        }
        guard let host = uri.host, hosts.contains(host) else {
            problems.append("destination.URI host must be sandbox.localdomain")
            return nil
        }
        guard let port = uri.port else {
            problems.append("URI port is not provided")
            return nil
        }
        return checked(port, &problems)
    }

    private static func checked(_ port: Int, _ problems: inout [String]) -> Int? {
        guard (1...65535).contains(port) else {
            problems.append("port should be between 1 and 65535")
            return nil
        }
        guard port != reservedPort else {
            problems.append("port \(reservedPort) is reserved")
            return nil
        }
        return port
    }
}

/// What the Telemetry and Logs APIs answer to a subscription that they do not take
/// (https://docs.aws.amazon.com/lambda/latest/dg/telemetry-api-reference.html; aws-lambda-runtime-interface-emulator,
/// internal/lambda/rapi/handler/runtimelogs_test.go).
extension RuntimeAPIError {
    static func invalidSubscription(_ api: TelemetryAPI, _ problems: [String]) -> RuntimeAPIError {
        RuntimeAPIError(
            status: 400, type: api == .logs ? "Logs.ValidationError" : "ValidationError",
            message: problems.joined(separator: "; "))
    }

    static func subscriptionClosed(_ api: TelemetryAPI) -> RuntimeAPIError {
        RuntimeAPIError(
            status: 403, type: "\(api.rawValue).SubscriptionClosed",
            message: "\(api.rawValue) API subscription is closed already")
    }

    /// - Parameter other: the API that the extension has used before.
    static func subscribedElsewhere(_ name: String, _ api: TelemetryAPI, other: TelemetryAPI) -> RuntimeAPIError {
        .invalidSubscription(
            api,
            [
                "The extension \(name) is already subscribed to the \(other.rawValue)API. "
                    + "You must either subscribe to the LogsAPI or the TelemetryAPI"
            ])
    }
}
