// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import HTTP1
import HTTPServer
import JSON
import ServiceWire

/// The protocols that CloudWatch speaks (botocore, cloudwatch/2010-08-01: `protocols`).
///
/// boto3 and the AWS CLI take the first that they know, which is CBOR today.
enum WireProtocol {
    /// Smithy's RPC v2: the operation is the end of the path.
    case cbor
    /// The operation is in `X-Amz-Target`.
    case json
    /// A form.
    case query

    private static let cborPrefix = "/service/GraniteServiceVersion20100801/operation/"
    private static let targetPrefix = "GraniteServiceVersion20100801."
    private static let cborHeader = (name: "smithy-protocol", value: "rpc-v2-cbor")

    init(of request: HTTPRequest) {
        if request.path.hasPrefix(Self.cborPrefix) {
            self = .cbor
        } else if request.headers["x-amz-target"] != nil {
            self = .json
        } else {
            self = .query
        }
    }

    /// The operation and its members.
    ///
    /// - Parameter body: as it was before it was packed.
    func read(_ request: HTTPRequest, _ body: Bytes) throws(AWSError) -> (operation: String, RequestMembers) {
        switch self {
        case .cbor:
            let operation = String(request.path.dropFirst(Self.cborPrefix.count))
            guard !body.isEmpty else { return (operation, RequestMembers([:])) }
            return (operation, try Self.members(body.withUnsafeBytes { CBORReader.read($0) }))
        case .json:
            let target = request.headers["x-amz-target"] ?? ""
            let operation = target.hasPrefix(Self.targetPrefix) ? target.dropFirst(Self.targetPrefix.count) : ""
            return (String(operation), try Self.members(body.withUnsafeBytes { JSONValue(parsing: $0) }))
        case .query:
            let form = QueryRequest(form: request.method == "GET" ? request.query ?? "" : body.string)
            return (form.action ?? "", RequestMembers(form.parameters))
        }
    }

    private static func members(_ value: JSONValue?) throws(AWSError) -> RequestMembers {
        guard case .object(let members) = value else { throw CloudWatchError.notReadable }
        return RequestMembers(members)
    }

    /// - Parameter result: nil for an operation that answers with nothing.
    func response(to operation: String, _ result: WireValue?, requestID: String) -> HTTPResponse {
        var response = HTTPResponse(status: 200)
        response.headers.add("x-amzn-RequestId", requestID)
        switch self {
        case .cbor:
            response.headers.add(Self.cborHeader.name, Self.cborHeader.value)
            guard let result else { return response }
            response.headers.add("Content-Type", "application/cbor")
            var cbor = CBORWriter()
            cbor.add(result)
            response.body = .bytes(Bytes(cbor.bytes))
        case .json:
            response.headers.add("Content-Type", "application/x-amz-json-1.0")
            response.body = .bytes(Bytes(result?.json.text ?? ""))
        case .query:
            response.headers.add("Content-Type", "text/xml")
            var xml = XMLWriter(declaration: false)
            xml.element("\(operation)Response", attributes: [("xmlns", CloudWatchError.namespace)]) { xml in
                result?.write(into: &xml, as: "\(operation)Result")
                xml.element("ResponseMetadata") { xml in xml.element("RequestId", requestID) }
            }
            response.body = .bytes(Bytes(xml.finish()))
        }
        return response
    }

    func response(to error: AWSError, requestID: String) -> HTTPResponse {
        if self == .query {
            return HTTPResponse(
                ErrorFormat.query(namespace: CloudWatchError.namespace).response(for: error, requestID: requestID))
        }
        var response = HTTPResponse(status: error.status)
        response.headers.add("x-amzn-RequestId", requestID)
        // The code that the error has in the query protocol, which clients compare.
        response.headers.add(
            "x-amzn-query-error", "\(error.code);\(error.fault == .sender ? "Sender" : "Receiver")")
        let body = WireValue.structure([
            ("__type", .text("com.amazonaws.cloudwatch#\(Self.shape(of: error))")), ("message", .text(error.message)),
        ])
        if self == .cbor {
            response.headers.add(Self.cborHeader.name, Self.cborHeader.value)
            response.headers.add("Content-Type", "application/cbor")
            var cbor = CBORWriter()
            cbor.add(body)
            response.body = .bytes(Bytes(cbor.bytes))
        } else {
            response.headers.add("Content-Type", "application/x-amz-json-1.0")
            response.body = .bytes(Bytes(body.json.text))
        }
        return response
    }

    /// The name of an error's shape, where it is another than its code.
    private static func shape(of error: AWSError) -> String {
        switch error.code {
        case "InvalidParameterValue": "InvalidParameterValueException"
        case "InvalidParameterCombination": "InvalidParameterCombinationException"
        case "MissingParameter": "MissingRequiredParameterException"
        default: error.code
        }
    }
}
