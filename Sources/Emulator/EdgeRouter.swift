// SPDX-License-Identifier: Apache-2.0
import APIGatewayService
import AWSWire
import Buffers
import HTTP1
import HTTPServer
import LambdaService
import ServiceWire

/// The one port of all AWS APIs: tells the service of a request, and hands it over.
///
/// Lambda, SageMaker and queues have paths of their own. Otherwise a signed request names its service in the credential
/// scope, and an unsigned one by its host or, in the query protocol, by its API version. What is left is S3, whose
/// buckets are paths.
struct EdgeRouter: HTTPHandler {
    struct Services: Sendable {
        let lambda: LambdaService
        let s3: any HTTPHandler
        let sns: any HTTPHandler
        let sts: any HTTPHandler
        let logs: any HTTPHandler
        let sqs: any HTTPHandler
        let cloudWatch: any HTTPHandler
        let sageMaker: any HTTPHandler
        let gateway: APIGateway
        let own: any HTTPHandler
    }

    let services: Services

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        if request.path.hasPrefix("/2015-03-31/functions/") {
            return await services.lambda.respond(to: request)
        }
        if request.path.hasPrefix("/_martlet/code/") {
            return await services.lambda.respond(to: request)
        }
        if request.path.hasPrefix("/_martlet/") {
            return await services.own.respond(to: request)
        }
        if let host = request.headers["host"],
            let handler = services.gateway.handler(forHost: host) ?? services.lambda.functionURLHandler(forHost: host)
        {
            return await handler.respond(to: request)
        }
        guard let service = request.signedService else { return await respond(toUnsigned: request) }
        guard let handler = handler(of: service) else { return UnknownService(name: service).response(to: request) }
        return await handler.respond(to: request)
    }

    private func handler(of service: String) -> (any HTTPHandler)? {
        switch service {
        case "lambda": services.lambda
        case "s3": services.s3
        case "sns": services.sns
        case "sts": services.sts
        case "logs": services.logs
        case "sqs": services.sqs
        case "monitoring": services.cloudWatch
        case "sagemaker": services.sageMaker
        default: nil
        }
    }

    /// The service of the query protocol that a form is for, by the version of its API.
    private func handler(ofVersion form: String) -> any HTTPHandler {
        // https://docs.aws.amazon.com/STS/latest/APIReference: version 2011-06-15.
        if form.contains("Version=2011-06-15") { return services.sts }
        // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference: version 2012-11-05.
        if form.contains("Version=2012-11-05") { return services.sqs }
        // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference: version 2010-08-01.
        if form.contains("Version=2010-08-01") { return services.cloudWatch }
        return services.sns
    }

    private func respond(toUnsigned request: HTTPRequest) async -> HTTPResponse {
        if request.path.hasPrefix("/endpoints/") { return await services.sageMaker.respond(to: request) }
        if request.headers["x-amz-target"]?.hasPrefix("Logs_") == true {
            return await services.logs.respond(to: request)
        }
        if request.isForQueue { return await services.sqs.respond(to: request) }
        if request.isCloudWatch { return await services.cloudWatch.respond(to: request) }
        if request.isNotificationLink { return await services.sns.respond(to: request) }
        // Lambda's API versions are dates: no bucket is named like one, since it would have upper-case or a slash to
        // follow.
        if request.path.isLambdaPath { return await services.lambda.respond(to: request) }
        guard request.isQueryProtocol else { return await services.s3.respond(to: request) }
        guard let body = try? await request.body.collect(limit: 1 << 20) else {
            return HTTPResponse(status: 413)
        }
        let whole = HTTPRequest(
            method: request.method, path: request.path, query: request.query, headers: request.headers,
            remoteAddress: request.remoteAddress, body: body)
        return await handler(ofVersion: body.string).respond(to: whole)
    }
}

extension HTTPRequest {
    /// The service that the signature of this request is made for; nil without a signature.
    fileprivate var signedService: String? {
        if let header = headers["authorization"] { return credentialScope(ofAuthorization: header)?.service }
        return query.flatMap { credentialScope(ofQuery: $0) }?.service
    }

    /// What the links in a notification lead to: the certificate, and the end of a subscription.
    fileprivate var isNotificationLink: Bool {
        guard method == "GET" else { return false }
        return path.hasPrefix("/SimpleNotificationService-")
            || (path == "/" && query?.hasPrefix("Action=Unsubscribe&") == true)
    }

    /// The JSON protocol of SQS, or its query protocol at the path of a queue, `/ACCOUNT/NAME`.
    fileprivate var isForQueue: Bool {
        if headers["x-amz-target"]?.hasPrefix("AmazonSQS.") == true { return true }
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        guard segments.count == 3, segments[1].utf8.count == 12, segments[1].utf8.allSatisfy({ (48...57).contains($0) })
        else {
            return false
        }
        if method == "GET" { return query.map { QueryString(parsing: $0).contains("Action") } ?? false }
        return method == "POST" && headers["content-type"]?.hasPrefix("application/x-www-form-urlencoded") == true
    }

    /// CloudWatch's CBOR and JSON protocols.
    fileprivate var isCloudWatch: Bool {
        path.hasPrefix("/service/GraniteServiceVersion20100801/")
            || headers["x-amz-target"]?.hasPrefix("GraniteServiceVersion20100801.") == true
    }

    /// `POST /` with a form: what SNS, STS, CloudWatch and old clients of SQS speak.
    fileprivate var isQueryProtocol: Bool {
        method == "POST" && path == "/"
            && headers["content-type"]?.hasPrefix("application/x-www-form-urlencoded") == true
    }
}

extension String {
    /// `/2015-03-31/…` and the other dates that begin the paths of Lambda's API.
    fileprivate var isLambdaPath: Bool {
        let segment = dropFirst().prefix { $0 != "/" }.utf8
        return segment.count == 10
            && zip(segment, "0000-00-00".utf8).allSatisfy {
                $1 == UInt8(ascii: "-") ? $0 == $1 : (48...57).contains($0)
            }
    }
}

/// A service that is not emulated answers with an error in the protocol that the client speaks.
private struct UnknownService {
    let name: String

    func response(to request: HTTPRequest) -> HTTPResponse {
        let error = AWSError("UnknownServiceException", "Martlet does not emulate the service '\(name)'.", status: 501)
        let format: ErrorFormat =
            request.isQueryProtocol ? .query(namespace: "") : .awsJSON(version: request.isJSON11 ? "1.1" : "1.0")
        return HTTPResponse(format.response(for: error, requestID: ""))
    }
}

extension HTTPRequest {
    fileprivate var isJSON11: Bool { headers["content-type"] == "application/x-amz-json-1.1" }
}
