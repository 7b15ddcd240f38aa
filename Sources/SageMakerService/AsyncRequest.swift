// SPDX-License-Identifier: Apache-2.0
import AWSWire
import HTTP1
import ServiceProtocols

/// One asynchronous inference that was asked for, as it is stored.
struct AsyncRequest: Sendable, Equatable, Codable {
    var endpoint: String
    var inferenceID: String
    var input: S3Location
    var contentType: String?
    var accept: String?
    var customAttributes: String?
    /// Milliseconds since 1970.
    var received: Int64
    /// Milliseconds since 1970: when it is given up, if it has not begun.
    var expires: Int64
    /// Seconds that the model may take.
    var timeout: Int
    /// Where the result will be.
    var output: S3Location
    /// Where the model's answer will be if it fails; nil for nowhere.
    var failure: S3Location?
    /// Its record in the journal; nil without one.
    var record: RecordID?

    /// Reads the headers of InvokeEndpointAsync.
    ///
    /// - Parameter makeID: UUIDs.
    /// - Throws: `ValidationError`.
    init(
        _ headers: HTTPHeaders, endpoint: String, _ configuration: Endpoint.AsyncInference, now: Int64,
        makeID: () -> String
    ) throws(AWSError) {
        self.endpoint = endpoint
        input = try Self.location(headers["x-amzn-sagemaker-inputlocation"])
        inferenceID = try Self.inferenceID(headers["x-amzn-sagemaker-inference-id"]) ?? makeID()
        contentType = headers["x-amzn-sagemaker-content-type"]
        accept = headers["x-amzn-sagemaker-accept"]
        customAttributes = headers["x-amzn-sagemaker-custom-attributes"]
        received = now
        let timeToLive = try Self.seconds(
            headers["x-amzn-sagemaker-requestttlseconds"], "requestTTLSeconds", SageMakerLimits.timeToLive)
        expires = now + Int64(timeToLive ?? SageMakerLimits.defaultTimeToLive) * 1000
        timeout =
            try Self.seconds(
                headers["x-amzn-sagemaker-invocationtimeoutseconds"], "invocationTimeoutSeconds",
                SageMakerLimits.timeout) ?? SageMakerLimits.defaultTimeout
        let id = makeID()
        var folder = configuration.output
        if let path = headers["x-amzn-sagemaker-s3outputpathextension"] { folder = folder.appending(path) }
        output = folder.appending(headers["x-amzn-sagemaker-filename"] ?? "\(id).out")
        failure = configuration.failure?.appending("\(id)-error.out")
    }

    private static func location(_ text: String?) throws(AWSError) -> S3Location {
        let member = "inputLocation"
        guard let text else { throw SageMakerError.constraint(nil, member, "Member must not be null") }
        guard text.utf8.count <= 1024 else {
            throw SageMakerError.constraint(text, member, "Member must have length less than or equal to 1024")
        }
        guard let location = S3Location(text), !location.key.isEmpty else {
            throw SageMakerError.constraint(
                text, member, "Member must satisfy regular expression pattern: ^(https|s3)://([^/]+)/?(.*)$")
        }
        return location
    }

    private static func inferenceID(_ text: String?) throws(AWSError) -> String? {
        guard let text else { return nil }
        guard (1...64).contains(text.utf8.count), text.utf8.first != 32,
            text.utf8.allSatisfy({ (32..<127).contains($0) })
        else {
            throw SageMakerError.constraint(
                text, "inferenceId", "Member must satisfy regular expression pattern: \\A\\S[\\p{Print}]*\\z")
        }
        return text
    }

    private static func seconds(
        _ text: String?, _ member: String, _ range: ClosedRange<Int>
    ) throws(AWSError) -> Int? {
        guard let text else { return nil }
        guard let number = Int(text), number <= range.upperBound else {
            throw SageMakerError.constraint(
                text, member, "Member must have value less than or equal to \(range.upperBound)")
        }
        guard number >= range.lowerBound else {
            throw SageMakerError.constraint(
                text, member, "Member must have value greater than or equal to \(range.lowerBound)")
        }
        return number
    }
}
