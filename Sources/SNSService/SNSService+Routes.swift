// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import HTTP1
public import HTTPServer
import ServiceProtocols
import ServiceWire

/// What an operation answers with: writes its result, or has none.
typealias SNSResult = (inout XMLWriter) -> Void

extension SNSService: HTTPHandler {
    /// A batch of 256 KiB grows by at most a factor of three in a form.
    private static let bodyLimit = 2 * 1024 * 1024

    /// Answers a request of the query protocol (a form in the body, or the query of a GET), or gives out the
    /// certificate that signatures are checked with (`/SimpleNotificationService-<id>.pem`).
    public func respond(to request: HTTPRequest) async -> HTTPResponse {
        let requestID = environment.makeID()
        if request.method == "GET", request.path.hasPrefix("/SimpleNotificationService-") {
            return await certificate(path: request.path)
        }
        do throws(AWSError) {
            let query = try await queryRequest(request)
            guard let action = query.action, !action.isEmpty else { throw SNSErrors.missingAction }
            try failByChaos(action, query.parameters)
            let result = try await perform(action, query, trace: request.headers["x-amzn-trace-id"])
            return HTTPResponse(Self.success(action, result, requestID: requestID))
        } catch {
            return HTTPResponse(
                ErrorFormat.query(namespace: SNSErrors.namespace).response(for: error, requestID: requestID))
        }
    }

    /// - Throws: the error that chaos has for a request.
    private func failByChaos(_ action: String, _ parameters: QueryParameters) throws(AWSError) {
        guard let chaos = environment.chaos else { return }
        var point = ChaosPoint(.request, of: "sns")
        point.operation = action
        let topic = parameters["TopicArn"] ?? parameters["TargetArn"]
        point.resource = topic?.split(separator: ":").last.map(String.init) ?? parameters["Name"] ?? ""
        if case .fail(let error)? = chaos.strike(at: point) {
            throw AWSError(error.code, error.message, status: error.status)
        }
    }

    private func queryRequest(_ request: HTTPRequest) async throws(AWSError) -> QueryRequest {
        if request.method == "GET" { return QueryRequest(form: request.query ?? "") }
        do {
            return QueryRequest(form: try await request.body.collect(limit: Self.bodyLimit).string)
        } catch {
            switch error {
            case .tooLarge: throw AWSError("RequestEntityTooLarge", "Request body is too large", status: 413)
            case .truncated: throw AWSError("IncompleteBody", "The request body terminated unexpectedly", status: 400)
            }
        }
    }

    private func certificate(path: String) async -> HTTPResponse {
        guard let pem = await signer.pem(named: String(path.dropFirst())) else { return HTTPResponse(status: 404) }
        return HTTPResponse(status: 200, headers: ["Content-Type": "application/x-pem-file"], body: Bytes(pem))
    }

    private func perform(
        _ action: String, _ query: QueryRequest, trace: String?
    ) async throws(AWSError) -> SNSResult? {
        let parameters = query.parameters
        switch action {
        case "CreateTopic": return try createTopic(parameters)
        case "DeleteTopic": return try deleteTopic(parameters)
        case "ListTopics": return try listTopics(parameters)
        case "GetTopicAttributes": return try getTopicAttributes(parameters)
        case "SetTopicAttributes": return try setTopicAttributes(parameters)
        case "ListTagsForResource": return try listTags(parameters)
        case "TagResource": return try tag(parameters)
        case "UntagResource": return try untag(parameters)
        case "Subscribe": return try subscribe(parameters)
        case "Unsubscribe": return try unsubscribe(parameters)
        case "ListSubscriptions": return try listSubscriptions(parameters)
        case "ListSubscriptionsByTopic": return try listSubscriptionsByTopic(parameters)
        case "GetSubscriptionAttributes": return try getSubscriptionAttributes(parameters)
        case "SetSubscriptionAttributes": return try setSubscriptionAttributes(parameters)
        case "Publish": return try await publish(parameters, trace: trace)
        case "PublishBatch": return try await publishBatch(parameters, trace: trace)
        default: throw SNSErrors.unknownAction(action, version: query.version)
        }
    }

    private static func success(_ action: String, _ result: SNSResult?, requestID: String) -> WireResponse {
        var xml = XMLWriter()
        xml.element("\(action)Response", attributes: [("xmlns", SNSErrors.namespace)]) { xml in
            if let result { xml.element("\(action)Result", result) }
            xml.element("ResponseMetadata") { xml in xml.element("RequestId", requestID) }
        }
        return WireResponse(
            status: 200, headers: [("Content-Type", "text/xml"), ("x-amzn-RequestId", requestID)], body: xml.finish())
    }
}

extension QueryParameters {
    /// A parameter that must be there.
    func required(_ name: String) throws(AWSError) -> String {
        guard let value = self[name] else { throw SNSErrors.missing(name.prefix(1).lowercased() + name.dropFirst()) }
        return value
    }

    /// A parameter that must hold an ARN.
    func requiredARN(_ name: String) throws(AWSError) -> String {
        let text = try required(name)
        try Self.check(arn: text, name)
        return text
    }

    static func check(arn text: String, _ name: String) throws(AWSError) {
        let elements = text.split(separator: ":", omittingEmptySubsequences: false).count
        guard elements >= 6 else {
            throw SNSErrors.invalidParameter("\(name) Reason: An ARN must have at least 6 elements, not \(elements)")
        }
    }
}

extension XMLWriter {
    /// A map in the form of the query protocol.
    mutating func attributes(_ attributes: [(name: String, value: String)]) {
        element("Attributes") { xml in
            for attribute in attributes {
                xml.element("entry") { xml in
                    xml.element("key", attribute.name)
                    xml.element("value", attribute.value)
                }
            }
        }
    }
}
