// SPDX-License-Identifier: Apache-2.0
import Buffers
import LambdaRuntime
import Testing

@Suite("Handlers in memory")
struct LambdaTestingTests {
    private struct Doubler: LambdaHandler {
        func handle(_ event: Int, context: LambdaContext) async throws -> Int { event * 2 }
    }

    @Test("A handler is called as Lambda would call it")
    func invoke() async {
        let result = await LambdaTesting.invoke(Doubler(), json: "21")
        #expect(result.payload == "42")
        #expect(!result.isError)
        let failure = await LambdaTesting.invoke(Doubler(), json: "true")
        #expect(failure.isError)
        #expect(failure.payload.string.contains("Runtime.UnmarshalError"))
    }

    @Test("The deadline counts down from the timeout")
    func deadline() {
        let context = LambdaTesting.context(timeout: .seconds(60))
        #expect(context.remainingTime <= .seconds(60))
        #expect(context.remainingTime > .seconds(0))
        #expect(LambdaTesting.context(timeout: .seconds(-5)).remainingTime < .zero)
    }
}
