// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import HTTPServer
public import ServiceProtocols

/// The operations on configurations of asynchronous invocation, with the function that they name.
enum EventInvokeRoute: Equatable {
    case get(String)
    case put(String)
    case update(String)
    case delete(String)
    case list(String)

    /// - Parameter segments: what follows `/2019-09-25/functions/`.
    init?(_ method: String, _ segments: ArraySlice<Substring>) {
        guard let name = segments.first.map(decoded), segments.dropFirst().first == "event-invoke-config" else {
            return nil
        }
        switch (method, Array(segments.dropFirst(2))) {
        case ("GET", []): self = .get(name)
        case ("PUT", []): self = .put(name)
        case ("POST", []): self = .update(name)
        case ("DELETE", []): self = .delete(name)
        case ("GET", ["list"]): self = .list(name)
        default: return nil
        }
    }
}

struct EventInvokeRequest: Decodable {
    struct Destinations: Decodable {
        struct Destination: Decodable {
            var Destination: String?
        }

        var OnSuccess: Destination?
        var OnFailure: Destination?
    }

    var MaximumRetryAttempts: Int?
    var MaximumEventAgeInSeconds: Int?
    var DestinationConfig: Destinations?
}

// Configurations of asynchronous invocation
// (https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html).
extension LambdaService {
    /// Gives a function, a version or an alias its configuration of asynchronous invocation.
    ///
    /// - Parameter function: a name, with a qualifier or without.
    /// - Throws: the error that PutFunctionEventInvokeConfig answers with.
    public func configureEvents(of function: String, _ configuration: EventInvokeConfiguration)
        async throws(ServiceError)
    {
        do throws(AWSError) {
            _ = try await put(configuration, of: try registry.name(function))
        } catch {
            throw ServiceError(error)
        }
    }

    func respond(
        to route: EventInvokeRoute, _ request: HTTPRequest, _ query: QueryString, _ requestID: String
    ) async throws(AWSError) -> HTTPResponse {
        let json: [UInt8]
        switch route {
        case .get(let text):
            json = try getEventInvoke(of: registry.name(text, qualifier: query["Qualifier"]))
        case .put(let text):
            json = try await putEventInvoke(of: registry.name(text, qualifier: query["Qualifier"]), request)
        case .update(let text):
            json = try await updateEventInvoke(of: registry.name(text, qualifier: query["Qualifier"]), request)
        case .list(let text):
            json = try listEventInvokes(of: registry.name(text).name, query)
        case .delete(let text):
            try deleteEventInvoke(of: registry.name(text, qualifier: query["Qualifier"]))
            return .noContent(requestID)
        }
        return HTTPResponse(status: 200, json: json, requestID: requestID)
    }

    private func putEventInvoke(of name: FunctionName, _ request: HTTPRequest) async throws(AWSError) -> [UInt8] {
        let body = try await eventInvokeRequest(request, "PutFunctionEventInvokeConfig")
        return try await put(
            EventInvokeConfiguration(
                maximumRetryAttempts: body.MaximumRetryAttempts, maximumEventAgeSeconds: body.MaximumEventAgeInSeconds,
                onSuccess: body.DestinationConfig?.OnSuccess?.Destination?.nonEmpty,
                onFailure: body.DestinationConfig?.OnFailure?.Destination?.nonEmpty), of: name)
    }

    /// What is not given stays.
    private func updateEventInvoke(of name: FunctionName, _ request: HTTPRequest) async throws(AWSError) -> [UInt8] {
        let body = try await eventInvokeRequest(request, "UpdateFunctionEventInvokeConfig")
        try registry.requireEventInvokeTarget(name)
        var configuration = try registry.eventInvoke(of: name)
        if let attempts = body.MaximumRetryAttempts { configuration.maximumRetryAttempts = attempts }
        if let age = body.MaximumEventAgeInSeconds { configuration.maximumEventAgeSeconds = age }
        if let destinations = body.DestinationConfig {
            configuration.onSuccess = destinations.OnSuccess?.Destination?.nonEmpty
            configuration.onFailure = destinations.OnFailure?.Destination?.nonEmpty
        }
        return try await put(configuration, of: name)
    }

    private func eventInvokeRequest(
        _ request: HTTPRequest, _ operation: String
    ) async throws(AWSError) -> EventInvokeRequest {
        let body = try await body(EventInvokeRequest.self, of: request, operation)
        guard body.MaximumRetryAttempts != nil || body.MaximumEventAgeInSeconds != nil || body.DestinationConfig != nil
        else {
            throw .invalidParameter("You must specify at least one of error handling or destination setting.")
        }
        return body
    }

    private func put(
        _ configuration: EventInvokeConfiguration, of name: FunctionName
    ) async throws(AWSError) -> [UInt8] {
        var configuration = configuration
        try configuration.validate()
        try registry.requireEventInvokeTarget(name)
        try await check(configuration, of: name)
        // Destinations were looked up meanwhile.
        try registry.requireEventInvokeTarget(name)
        configuration.modified = now
        registry.setEventInvoke(configuration, of: name)
        return configuration.document(functionARN: registry.eventInvokeARN(of: name))
    }

    private func getEventInvoke(of name: FunctionName) throws(AWSError) -> [UInt8] {
        try registry.eventInvoke(of: name).document(functionARN: registry.eventInvokeARN(of: name))
    }

    private func listEventInvokes(of name: String, _ query: QueryString) throws(AWSError) -> [UInt8] {
        let arn = registry.arn(of: name)
        let documents = try registry.eventInvokes(of: name).map { item in
            item.configuration.document(functionARN: "\(arn):\(item.qualifier)")
        }
        return try Page(of: documents, marker: query["Marker"], maxItems: query["MaxItems"])
            .json("FunctionEventInvokeConfigs")
    }

    private func deleteEventInvoke(of name: FunctionName) throws(AWSError) {
        _ = try registry.eventInvoke(of: name)
        registry.setEventInvoke(nil, of: name)
    }

    // MARK: Destinations

    private func check(_ configuration: EventInvokeConfiguration, of name: FunctionName) async throws(AWSError) {
        let (success, failure) = (configuration.onSuccess, configuration.onFailure)
        for (arn, isFailure) in [(success, false), (failure, true)] {
            guard let arn else { continue }
            guard let parsed = ARN(arn) else {
                throw .validation(
                    arn, at: "destinationConfig.\(isFailure ? "onFailure" : "onSuccess").destination",
                    "Member must satisfy regular expression pattern: $|kafka://([^.]([a-zA-Z0-9\\-_.]{0,248}))|"
                        + "arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-])+:((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1})"
                        + "?:(\\d{12})?:(.*)")
            }
            switch parsed.service {
            case "lambda", "sqs", "sns": break
            case "s3" where isFailure: break
            case "s3":
                throw .invalidParameter("Amazon S3 buckets are supported only for on-failure destinations.")
            case "events": throw .invalidParameter("EventBridge is not supported by this emulator: \(arn)")
            default:
                // The wording is LocalStack's, which took it from AWS.
                func part(_ kind: String, _ arn: String?) -> String {
                    arn.map { "\(kind)(destination=\($0))" } ?? "null"
                }
                throw .invalidParameter(
                    "The provided destination config DestinationConfig(onSuccess=\(part("OnSuccess", success)), "
                        + "onFailure=\(part("OnFailure", failure))) is invalid.")
            }
            guard await isThere(arn, parsed) else { throw .invalidParameter("The destination ARN \(arn) is invalid.") }
            if parsed.service == "lambda", try registry.name(arn).name == name.name {
                throw .invalidParameter("You can't specify the function as a destination for itself.")
            }
        }
    }

    private func isThere(_ text: String, _ arn: ARN) async -> Bool {
        guard let delivery else { return false }
        return switch arn.service {
        case "sqs": await delivery.queues.exists(queue: text)
        case "sns": await delivery.topics.exists(topic: text)
        case "s3": await delivery.objects.exists(bucket: arn.resource)
        default: (try? resolve(Invocation(function: text, payload: Bytes()))) != nil
        }
    }
}

extension String {
    var nonEmpty: String? { isEmpty ? nil : self }
}
