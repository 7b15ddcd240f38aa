// SPDX-License-Identifier: Apache-2.0
import ServiceProtocols

/// Lambda as buckets and topics see it where nothing is to follow from what they tell: events are taken and given up.
struct MutedInvoking: Invoking {
    let lambda: any Invoking

    func invoke(_ invocation: Invocation) async throws(ServiceError) -> InvocationResult {
        try await lambda.invoke(invocation)
    }

    func invokeAsync(_ invocation: Invocation) async throws(ServiceError) -> String { "" }

    func allows(_ caller: ServiceCaller, toInvoke function: String) async -> Bool {
        await lambda.allows(caller, toInvoke: function)
    }
}
