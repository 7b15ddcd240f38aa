// SPDX-License-Identifier: Apache-2.0
import Buffers
import Testing

@testable import LambdaService

@Suite("Failures without a word from the runtime")
struct FailureTests {
    // LocalStack's recorded snapshots of AWS (tests/aws/services/lambda_/test_lambda.snapshot.json); the bootstrap's:
    // AWS's output as pasted in bakdata/aws-lambda-r-runtime#62 and aws-lambda-dart-runtime#20; signals:
    // aws-lambda-runtime-interface-emulator.
    @Test(
        "Payloads are AWS's to the byte",
        arguments: [
            (
                .timedOut(seconds: 1),
                #"{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: id Error: Task timed out after 1.00 seconds"}"#
            ),
            (
                .exited(.status(0)),
                #"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: id Error: Runtime exited without providing a reason"}"#
            ),
            (
                .exited(.status(127)),
                #"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: id Error: Runtime exited with error: exit status 127"}"#
            ),
            (
                .exited(.signal(9)),
                #"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: id Error: Runtime exited with error: signal: killed"}"#
            ),
            (
                .exited(.signal(11)),
                #"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: id Error: Runtime exited with error: signal: segmentation fault"}"#
            ),
            (
                .bootstrapMissing,
                #"{"errorType":"Runtime.InvalidEntrypoint","errorMessage":"RequestId: id Error: Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"}"#
            ),
            (
                .bootstrapNotExecutable(reason: "permission denied"),
                #"{"errorType":"Runtime.InvalidEntrypoint","errorMessage":"RequestId: id Error: fork/exec /var/task/bootstrap: permission denied"}"#
            ),
            (
                .responseTooLarge(limit: LambdaLimits.responsePayload),
                #"{"errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes).","errorType":"Function.ResponseSizeTooLarge"}"#
            ),
        ] as [(FailureCause, String)])
    func payloads(cause: FailureCause, payload: String) {
        #expect(cause.payload(requestID: "id").string == payload)
    }

    // aws-lambda-runtime-interface-emulator, internal/lambda/rapi/rendering/render_error.go.
    @Test(
        "The Runtime API's errors are AWS's to the byte",
        arguments: [
            (.invalidRequestID, 400, #"{"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}"#),
            (
                .tooLarge(limit: LambdaLimits.responsePayload), 413,
                #"{"errorMessage":"Exceeded maximum allowed payload size (6291556 bytes).","errorType":"RequestEntityTooLarge"}"#
            ),
            (
                .invalidTransition(from: "Started", to: "InvocationResponse"), 403,
                #"{"errorMessage":"State transition from Started to InvocationResponse failed for runtime. Error: State transition is not allowed","errorType":"InvalidStateTransition"}"#
            ),
        ] as [(RuntimeAPIError, Int, String)])
    func runtimeErrors(error: RuntimeAPIError, status: Int, body: String) {
        #expect(error.status == status && error.body.string == body)
    }
}
