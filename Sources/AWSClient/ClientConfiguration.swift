// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Glibc

/// What the environment variables say of region, credentials and endpoints.
///
/// Names and precedence: AWS SDKs and Tools Reference Guide, "Environment variables" and "Service-specific endpoints".
struct ClientConfiguration: Sendable {
    let region: String
    let credentials: Credentials
    let s3: ServiceEndpoint
    let sageMakerRuntime: ServiceEndpoint
    let certificateAuthorities: String?

    init(
        _ variables: [String: String], fileExists: (String) -> Bool = { access($0, R_OK) == 0 }
    ) throws(AWSConfigurationError) {
        guard let region = variables["AWS_REGION"] ?? variables["AWS_DEFAULT_REGION"] else {
            throw .missing("AWS_REGION")
        }
        guard let id = variables["AWS_ACCESS_KEY_ID"] else { throw .missing("AWS_ACCESS_KEY_ID") }
        guard let secret = variables["AWS_SECRET_ACCESS_KEY"] else { throw .missing("AWS_SECRET_ACCESS_KEY") }
        self.region = region
        credentials = Credentials(
            accessKeyID: id, secretAccessKey: secret, sessionToken: variables["AWS_SESSION_TOKEN"])
        let domain = region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
        s3 = try Self.endpoint("S3", signingName: "s3", default: "https://s3.\(region).\(domain)", variables)
        sageMakerRuntime = try Self.endpoint(
            "SAGEMAKER_RUNTIME", signingName: "sagemaker", default: "https://runtime.sagemaker.\(region).\(domain)",
            variables)
        certificateAuthorities =
            variables["AWS_CA_BUNDLE"] ?? Self.knownCertificateAuthorities.first(where: fileExists)
    }

    private static func endpoint(
        _ name: String, signingName: String, default aws: String, _ variables: [String: String]
    ) throws(AWSConfigurationError) -> ServiceEndpoint {
        let isIgnored = variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"]?.lowercased() == "true"
        let configured = isIgnored ? nil : variables["AWS_ENDPOINT_URL_\(name)"] ?? variables["AWS_ENDPOINT_URL"]
        return try ServiceEndpoint(url: configured ?? aws, signingName: signingName, isAWS: configured == nil)
    }

    /// Where distributions keep the certificates that they trust.
    ///
    /// A libcurl that was built elsewhere, a static one above all, looks where its own distribution had them.
    static let knownCertificateAuthorities = [
        "/etc/pki/tls/certs/ca-bundle.crt",  // Amazon Linux
        "/etc/ssl/certs/ca-certificates.crt",  // Debian
        "/etc/ssl/cert.pem",  // Alpine
    ]
}

/// The variables of this process that configure a client; one that is empty counts as absent, as it does for AWS's
/// SDKs.
func processEnvironment() -> [String: String] {
    let names = [
        "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
        "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "AWS_CA_BUNDLE",
    ]
    var variables: [String: String] = [:]
    for name in names {
        guard let value = getenv(name).map({ String(cString: $0) }), !value.isEmpty else { continue }
        variables[name] = value
    }
    return variables
}
