// SPDX-License-Identifier: Apache-2.0
import Buffers
import Curl
import Testing

@testable import AWSClient

@Suite("The SageMaker runtime client")
struct SageMakerRuntimeClientTests {
    @Test("A model is called under its endpoint's name")
    func invoke() async throws {
        let aws = FakeAWS(.answer(200, [("Content-Type", "application/json")], body: "[1]"))
        let (body, contentType) = try await aws.client().sageMakerRuntime
            .invokeEndpoint("e", body: "{}", contentType: "application/x-text", accept: "application/json")
        #expect(body == "[1]")
        #expect(contentType == "application/json")
        let request = aws.requests[0]
        #expect(request.url == "https://runtime.sagemaker.eu-west-1.amazonaws.com/endpoints/e/invocations")
        #expect(request.header("Content-Type") == "application/x-text")
        #expect(request.header("Accept") == "application/json")
        #expect(request.header("Authorization")?.contains("/eu-west-1/sagemaker/aws4_request") == true)
    }

    @Test("An asynchronous request says where its input is and learns where its output will be")
    func invokeAsync() async throws {
        let aws = FakeAWS(.answer(202, [("x-amzn-sagemaker-outputlocation", "s3://b/out")], body: "{}"))
        let output = try await aws.client(["AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME": "http://h"]).sageMakerRuntime
            .invokeEndpointAsync("e", inputLocation: "s3://b/in", inferenceID: "i", contentType: "application/json")
        #expect(output == "s3://b/out")
        let request = aws.requests[0]
        #expect(request.url == "http://h/endpoints/e/async-invocations")
        #expect(request.header("X-Amzn-SageMaker-InputLocation") == "s3://b/in")
        #expect(request.header("X-Amzn-SageMaker-Inference-Id") == "i")
        #expect(request.header("X-Amzn-SageMaker-Content-Type") == "application/json")
    }

    @Test(
        "SageMaker's errors are read from header and JSON",
        arguments: [
            ([("x-amzn-ErrorType", "ModelError:http://internal/")], #"{"Message":"m","OriginalStatusCode":500}"#),
            ([], #"{"__type":"com.amazonaws.sagemaker#ModelError","message":"m"}"#),
            ([], #"{"code":"ModelError","message":"m"}"#),
        ])
    func errors(headers: [(String, String)], body: String) async throws {
        let aws = FakeAWS(.answer(424, headers.map { (name: $0.0, value: $0.1) }, body: body))
        await #expect(throws: AWSServiceError(code: "ModelError", message: "m", status: 424)) {
            try await aws.client().sageMakerRuntime.invokeEndpoint("e", body: "{}")
        }
    }
}
