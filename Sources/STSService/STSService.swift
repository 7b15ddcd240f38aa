// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
public import HTTPServer
public import ServiceProtocols
import ServiceWire

/// STS, as far as a client asks who it is: GetCallerIdentity.
///
/// AWS documentation: STS API Reference, "GetCallerIdentity".
public struct STSService: HTTPHandler {
    private static let namespace = "https://sts.amazonaws.com/doc/2011-06-15/"
    private static let bodyLimit = 64 * 1024
    /// The user that everybody is here.
    private static let userName = "martlet"

    private let environment: ServiceEnvironment

    /// An STS for one account.
    public init(environment: ServiceEnvironment) {
        self.environment = environment
    }

    /// Answers a request of the query protocol, in a form or in the query of a GET.
    public func respond(to request: HTTPRequest) async -> HTTPResponse {
        let requestID = environment.makeID()
        let answer: WireResponse
        do throws(AWSError) {
            let query = try await queryRequest(request)
            guard let action = query.action, !action.isEmpty else {
                throw AWSError("MissingAction", "Missing Action", status: 400)
            }
            guard action == "GetCallerIdentity" else {
                throw AWSError(
                    "InvalidAction",
                    "Could not find operation \(action) for version \(query.version ?? "NO_VERSION_SPECIFIED")",
                    status: 400)
            }
            answer = callerIdentity(requestID)
        } catch {
            answer = ErrorFormat.query(namespace: Self.namespace).response(for: error, requestID: requestID)
        }
        return HTTPResponse(answer)
    }

    private func queryRequest(_ request: HTTPRequest) async throws(AWSError) -> QueryRequest {
        if request.method == "GET" { return QueryRequest(form: request.query ?? "") }
        do {
            return QueryRequest(form: try await request.body.collect(limit: Self.bodyLimit).string)
        } catch {
            throw AWSError("MalformedInput", "The request body could not be read", status: 400)
        }
    }

    private func callerIdentity(_ requestID: String) -> WireResponse {
        var xml = XMLWriter(declaration: false)
        xml.element("GetCallerIdentityResponse", attributes: [("xmlns", Self.namespace)]) { xml in
            xml.element("GetCallerIdentityResult") { xml in
                xml.element("Arn", "arn:aws:iam::\(environment.account):user/\(Self.userName)")
                xml.element("UserId", userID)
                xml.element("Account", environment.account)
            }
            xml.element("ResponseMetadata") { xml in xml.element("RequestId", requestID) }
        }
        return WireResponse(
            status: 200, headers: [("Content-Type", "text/xml"), ("x-amzn-RequestId", requestID)], body: xml.finish())
    }

    /// `AIDA` and 17 characters, always the same for one account.
    private var userID: String {
        let digest = Checksum.sha256Hex(Array("\(environment.account)/\(Self.userName)".utf8))
        return "AIDA" + digest.prefix(17).uppercased()
    }
}
