// SPDX-License-Identifier: Apache-2.0
import Buffers
import Foundation
import JSON

/// What one invocation gave, for the command line.
struct InvocationOutcome {
    var requestID: String
    /// Nil for an event that is run later.
    var executedVersion: String?
    /// What a function that failed is told to have done: `Unhandled`.
    var functionError: String?
    var payload: Bytes
    /// The end of the function's log, where it was asked for and not shown already.
    var log: Bytes

    /// For programs.
    var json: String {
        var members: [String: JSONValue] = ["requestId": .string(requestID), "functionError": .null]
        if let executedVersion { members["executedVersion"] = .string(executedVersion) }
        if let functionError { members["functionError"] = .string(functionError) }
        if executedVersion != nil {
            members["payload"] = JSONValue(parsing: Data(payload.array)) ?? .string(payload.string)
        }
        if !log.isEmpty { members["log"] = .string(log.string) }
        return JSONValue.object(members).text
    }
}
