// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import AWSClient

@Suite("The client's configuration")
struct ClientConfigurationTests {
    private static let complete = [
        "AWS_REGION": "r", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "s",
    ]

    @Test("What is missing is named", arguments: ["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
    func missing(name: String) {
        var variables = Self.complete
        variables[name] = nil
        #expect(throws: AWSConfigurationError.missing(name)) { try ClientConfiguration(variables) }
    }

    @Test(
        "An endpoint that is no URL is refused",
        arguments: ["127.0.0.1:4566", "ftp://h", "http://", "http://h?x", "http://h#x", "http://a@h", "http://h/ x"])
    func badEndpoint(url: String) {
        #expect(throws: AWSConfigurationError(description: "\"\(url)\" is not the URL of an endpoint")) {
            try ClientConfiguration(Self.complete.merging(["AWS_ENDPOINT_URL": url]) { $1 })
        }
    }

    @Test("The trusted certificates are where the environment says, or where the distribution has them")
    func certificateAuthorities() throws {
        let debian = try ClientConfiguration(Self.complete) { $0.contains("ca-certificates") }
        #expect(debian.certificateAuthorities == "/etc/ssl/certs/ca-certificates.crt")
        let own = try ClientConfiguration(Self.complete.merging(["AWS_CA_BUNDLE": "/x"]) { $1 }) { _ in true }
        #expect(own.certificateAuthorities == "/x")
    }
}
