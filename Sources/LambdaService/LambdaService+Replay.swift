// SPDX-License-Identifier: Apache-2.0
import AWSWire
public import ServiceProtocols

// Events that are run again. They are invocations like all others, but for who gives them their request id.
extension LambdaService {
    /// What the journal calls the source of an event that is run again.
    public static let replaySource = "replay"

    /// Runs an event again and waits for its result, which comes without a log.
    ///
    /// - Throws: the error that Invoke answers with.
    public func replay(
        _ invocation: Invocation, requestID: String
    ) async throws(ServiceError) -> InvocationResult {
        do throws(AWSError) {
            let answer = try await run(
                invocation, requestID: requestID, wantsLog: false, source: Self.replaySource)
            return answer.result
        } catch {
            throw ServiceError(error)
        }
    }

    /// Queues an event again; returns once it is durable.
    ///
    /// - Throws: the error that Invoke answers with.
    public func replayAsync(_ invocation: Invocation, requestID: String) async throws(ServiceError) {
        do throws(AWSError) {
            _ = try await queue(invocation, requestID: requestID, source: Self.replaySource)
        } catch {
            throw ServiceError(error)
        }
    }
}
