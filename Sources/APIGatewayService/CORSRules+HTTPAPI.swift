// SPDX-License-Identifier: Apache-2.0
import HTTPServer
import ProxyIntegration

/// What is particular to HTTP APIs (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html).
extension CORSRules {
    /// - Throws: ``HTTPAPIError`` for what API Gateway does not take.
    func validate() throws(HTTPAPIError) {
        // Wording: what users got for it (github.com/aws/aws-cdk/issues/9076).
        guard allowCredentials != true || !allowOrigins.contains("*") else {
            throw HTTPAPIError("allow-credentials is not supported if 'allow-origin' is *")
        }
    }

    /// AWS documents no status for the answer to a preflight request; users report this one.
    static let preflightStatus = 204

    /// Gives the response to a request of some origin its headers; those that the function set go in any case.
    func replaceHeaders(of response: inout HTTPResponse, origin: String?) {
        if !apply(to: &response, origin: origin) { Self.strip(&response) }
    }
}
