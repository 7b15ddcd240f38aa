// SPDX-License-Identifier: Apache-2.0
import AWSWire

/// What a handler needs of other AWS services: requests are signed with the function's credentials and sent with
/// libcurl.
///
/// A value and its copies share their connections. What fails for a moment (errors of the service, throttles,
/// connections that break) is tried three times, as AWS's own SDKs do it.
public struct AWSClient: Sendable {
    /// Objects of S3.
    public let s3: S3Client
    /// Models of SageMaker.
    public let sageMakerRuntime: SageMakerRuntimeClient

    /// A client for the region, the credentials and the endpoints of this process's environment: `AWS_REGION` (or
    /// `AWS_DEFAULT_REGION`), `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`,
    /// `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME`, `AWS_ENDPOINT_URL`, `AWS_CA_BUNDLE`.
    ///
    /// Without an endpoint it is AWS's own.
    ///
    /// - Throws: ``AWSConfigurationError`` when the region or the credentials are missing, or a URL is none.
    public static func fromEnvironment() throws -> AWSClient {
        try from(processEnvironment())
    }

    /// A client for what some variables say, named as in ``fromEnvironment()``.
    ///
    /// - Throws: as ``fromEnvironment()``.
    public static func from(_ variables: [String: String]) throws -> AWSClient {
        try AWSClient(ClientConfiguration(variables))
    }

    init(
        _ configuration: ClientConfiguration, transport: (any Transport)? = nil, clock: @escaping Clock = wallClock,
        retries: RetryPolicy = RetryPolicy()
    ) {
        let transport = transport ?? CurlTransport()
        func caller(_ endpoint: ServiceEndpoint) -> ServiceCaller {
            ServiceCaller(
                endpoint: endpoint,
                signer: SigV4Signer(
                    credentials: configuration.credentials, region: configuration.region,
                    service: endpoint.signingName),
                certificateAuthorities: configuration.certificateAuthorities, transport: transport, clock: clock,
                retries: retries)
        }
        s3 = S3Client(caller: caller(configuration.s3))
        sageMakerRuntime = SageMakerRuntimeClient(caller: caller(configuration.sageMakerRuntime))
    }
}

/// Why no client can be made from the environment.
public struct AWSConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is missing or wrong.
    public let description: String

    static func missing(_ name: String) -> AWSConfigurationError {
        AWSConfigurationError(description: "\(name) is not set")
    }
}
