// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import HTTP1
public import HTTPServer
import JSON
import ServiceProtocols
import ServiceWire

extension SQSService: HTTPHandler {
    /// A batch of 1 MiB grows by at most a factor of six in JSON, of three in a form.
    private static let bodyLimit = 8 << 20
    private static let targetPrefix = "AmazonSQS."
    static let namespace = "http://queue.amazonaws.com/doc/2012-11-05/"

    /// Answers a request of the JSON protocol, whose operation is in `X-Amz-Target`, or of the query protocol, at `/`
    /// or at a queue's own path.
    public func respond(to request: HTTPRequest) async -> HTTPResponse {
        let requestID = environment.makeID()
        if let target = request.headers["x-amz-target"] {
            return await respond(to: request, target: target, requestID)
        }
        return await respond(toQuery: request, requestID)
    }

    // MARK: JSON

    private func respond(to request: HTTPRequest, target: String, _ requestID: String) async -> HTTPResponse {
        do throws(AWSError) {
            guard target.hasPrefix(Self.targetPrefix) else { throw SQSError.unknownOperation(target) }
            var members = try SQSRequest(json: try await body(of: request))
            members.trace = request.headers["x-amzn-trace-id"]
            let answer = try await perform(String(target.dropFirst(Self.targetPrefix.count)), members)
            return HTTPResponse(
                status: 200, headers: ["Content-Type": "application/x-amz-json-1.0", "x-amzn-RequestId": requestID],
                body: answer.map { Bytes($0.json) } ?? Bytes())
        } catch {
            var typed = error
            let isGeneral = error.code.hasSuffix("Exception")
            typed.code = "\(isGeneral ? "com.amazon.coral.service" : "com.amazonaws.sqs")#\(error.code)"
            var response = HTTPResponse(
                ErrorFormat.awsJSON(version: "1.0").response(for: typed, requestID: requestID))
            let fault = error.fault == .sender ? "Sender" : "Receiver"
            response.headers.add("x-amzn-query-error", "\(SQSError.queryCode(error));\(fault)")
            return response
        }
    }

    private func body(of request: HTTPRequest) async throws(AWSError) -> String {
        do throws(RequestBodyError) {
            return try await request.body.collect(limit: Self.bodyLimit).string
        } catch .tooLarge {
            throw AWSError("RequestEntityTooLarge", "Request body is too large", status: 413)
        } catch {
            throw AWSError("IncompleteBody", "The request body terminated unexpectedly", status: 400)
        }
    }

    // MARK: Query

    private func respond(toQuery request: HTTPRequest, _ requestID: String) async -> HTTPResponse {
        do throws(AWSError) {
            let form = request.method == "GET" ? request.query ?? "" : try await body(of: request)
            let query = QueryRequest(form: form)
            guard let action = query.action, !action.isEmpty else {
                throw AWSError("MissingAction", "The request must contain the parameter Action.", status: 400)
            }
            var members = SQSRequest(query.parameters, operation: action)
            if members.members["QueueUrl"] == nil, request.path.count > 1 {
                members = SQSRequest(members: members.members.merging(["QueueUrl": .string(request.path)]) { $1 })
            }
            members.trace = request.headers["x-amzn-trace-id"]
            return HTTPResponse(Self.success(action, try await perform(action, members), requestID))
        } catch {
            var named = error
            named.code = SQSError.queryCode(error)
            if error.code == SQSError.noQueue.code {
                named.message = "The specified queue does not exist for this wsdl version."
            }
            named.details.append(AWSError.Detail("Detail", ""))
            return HTTPResponse(
                ErrorFormat.query(namespace: Self.namespace).response(for: named, requestID: requestID))
        }
    }

    private static func success(_ action: String, _ answer: SQSValue?, _ requestID: String) -> WireResponse {
        var xml = XMLWriter()
        xml.element("\(action)Response", attributes: [("xmlns", namespace)]) { xml in
            answer?.write("\(action)Result", to: &xml)
            xml.element("ResponseMetadata") { xml in xml.element("RequestId", requestID) }
        }
        return WireResponse(
            status: 200, headers: [("Content-Type", "text/xml"), ("x-amzn-RequestId", requestID)], body: xml.finish())
    }

    // MARK: Operations

    private func perform(_ operation: String, _ request: SQSRequest) async throws(AWSError) -> SQSValue? {
        try failByChaos(operation, request)
        switch operation {
        case "CreateQueue": return try await createQueue(request)
        case "DeleteQueue": try await deleteQueue(request)
        case "GetQueueUrl": return try getQueueURL(request)
        case "ListQueues": return try listQueues(request)
        case "GetQueueAttributes": return try await getAttributes(request)
        case "SetQueueAttributes": try await setAttributes(request)
        case "PurgeQueue": try await purgeQueue(request)
        case "SendMessage": return try await sendMessage(request)
        case "SendMessageBatch": return try await sendBatch(request)
        case "ReceiveMessage": return try await receiveMessage(request)
        case "DeleteMessage": try await deleteMessage(request)
        case "DeleteMessageBatch": return try await deleteBatch(request)
        case "ChangeMessageVisibility": try await changeVisibility(request)
        case "ChangeMessageVisibilityBatch": return try await changeVisibilityBatch(request)
        default: throw SQSError.unknownOperation(operation)
        }
        return nil
    }
}
