// SPDX-License-Identifier: Apache-2.0
import JSON

/// Shape: AWS documentation, "Handling errors in Step Functions workflows".
enum OrchestrationSamples {
    static let all = [
        EventSample("stepfunctions", "error", "What a Catch of a state machine hands on.") { values in
            [
                "Error": .string(values.pick("States.TaskFailed", "States.Timeout", "CustomError")),
                "Cause": .string(#"{"errorType":"Error","errorMessage":"\#(values.word())"}"#),
            ]
        }
    ]
}
