// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import LambdaService

/// A registry whose external extensions `a` and `b` have not registered yet.
private func registry() -> ExtensionRegistry { ExtensionRegistry(external: ["a", "b"]) }

/// One with `a` for both events and `b` for none, as `id-a` and `id-b`, both waiting for their first event.
private func initializedRegistry() throws -> ExtensionRegistry {
    var registry = registry()
    _ = try registry.register("a", events: ["INVOKE", "SHUTDOWN"]) { "id-a" }
    _ = try registry.register("b", events: []) { "id-b" }
    for id in ["id-a", "id-b"] { _ = try registry.nextRequested(by: id) }
    return registry
}

private func error(_ body: () throws -> Void) -> RuntimeAPIError? {
    do {
        try body()
        return nil
    } catch {
        return error as? RuntimeAPIError
    }
}

private func states(_ registry: ExtensionRegistry) -> [String] { registry.extensions.map(\.state.rawValue) }

// Wording: aws-lambda-runtime-interface-emulator, internal/lambda/rapi/handler and internal/lambda/core.
@Suite("The registry of extensions")
struct ExtensionRegistryTests {
    @Test("The runtime starts when all external extensions have registered")
    func registration() throws {
        var registry = registry()
        #expect(!registry.areRegistered && !registry.areInitialized && registry.hasExternal)
        #expect(try registry.register("a", events: ["SHUTDOWN", "INVOKE"]) { "id-a" } == "id-a")
        #expect(!registry.areRegistered)
        _ = try registry.register("b", events: []) { "id-b" }
        #expect(registry.areRegistered && !registry.areInitialized)
        #expect(registry.statuses.map(\.events) == [["INVOKE", "SHUTDOWN"], []])
        #expect(try registry.name(of: "id-b") == "b")
        #expect(
            error { _ = try registry.register("a", events: []) { "x" } }?.message
                == "State transition from Registered to Registered failed for extension a. "
                + "Error: State transition is not allowed")
    }

    @Test("The init is done when all have asked for their first event")
    func initialization() throws {
        var registry = try initializedRegistry()
        #expect(registry.areInitialized && registry.areDone)
        #expect(states(registry) == ["Ready", "Ready"])
        let again = error { _ = try registry.nextRequested(by: "id-a") }
        #expect(again?.type == "Extension.InvalidExtensionState" && again?.status == 403)
        #expect(
            error { _ = try registry.nextRequested(by: "none") }
                == RuntimeAPIError(
                    status: 403, type: "Extension.UnknownExtensionIdentifier", message: "Unknown extension none"))
        #expect(error { _ = try registry.name(of: "") }?.type == "Extension.UnknownExtensionIdentifier")
    }

    @Test("Unknown events are refused, and internal extensions may not be told of the shutdown")
    func events() throws {
        var registry = registry()
        #expect(
            error { _ = try registry.register("a", events: ["INVOKE", "X"]) { "1" } }
                == RuntimeAPIError(
                    status: 403, type: "Extension.InvalidEventType", message: "X: ErrorInvalidEventType"))
        #expect(
            error { _ = try registry.register("inside", events: ["SHUTDOWN"]) { "1" } }?.message
                == "SHUTDOWN: ShutdownEventNotSupportedForInternalExtension")
        _ = try registry.register("inside", events: ["INVOKE"]) { "1" }
        #expect(
            error { _ = try registry.register("inside", events: []) { "2" } }?.message
                == "Extension with this name already registered")
        #expect(!registry.areRegistered, "it is no external one")
    }

    @Test("There are ten extensions at most, and none registers once the runtime is ready")
    func limits() throws {
        var registry = registry()
        for number in 3...10 { _ = try registry.register("\(number)", events: []) { "\(number)" } }
        #expect(
            error { _ = try registry.register("11", events: []) { "11" } }
                == RuntimeAPIError(
                    status: 403, type: "Extension.TooManyExtensions", message: "Extension limit (10) reached"))
        registry.closeRegistration()
        #expect(
            error { _ = try registry.register("late", events: []) { "x" } }
                == RuntimeAPIError(
                    status: 403, type: "Extension.RegistrationClosed",
                    message: "Extension registration closed already"))
    }

    @Test("An invocation is over when those that were told of it have asked again")
    func invocation() throws {
        var registry = try initializedRegistry()
        #expect(registry.invoke() == ["id-a"])
        #expect(states(registry) == ["Running", "Ready"] && !registry.areDone)
        guard case .wait = try registry.nextRequested(by: "id-a") else {
            Issue.record("not waiting")
            return
        }
        #expect(registry.areDone)
    }

    @Test("At the end those are told that registered for it; whoever is at work hears of it later")
    func shutdown() throws {
        var waiting = try initializedRegistry()
        var end = waiting.shutDown()
        #expect(end.told == ["id-a"] && end.untold == ["b"])
        #expect(error { _ = try waiting.register("late", events: []) { "x" } }?.type == "Extension.RegistrationClosed")
        var working = try initializedRegistry()
        _ = working.invoke()
        end = working.shutDown()
        #expect(end.told.isEmpty && end.untold == ["b"])
        guard case .shutdown = try working.nextRequested(by: "id-a") else {
            Issue.record("not told")
            return
        }
        // One that never registered is not told.
        var silent = registry()
        #expect(silent.shutDown().untold == ["a", "b"])
    }

    @Test("The first error that is reported is what fails")
    func errors() throws {
        var registry = registry()
        _ = try registry.register("a", events: []) { "id-a" }
        try registry.errorReported(by: "id-a", inInit: true, type: "Fatal.ConnectFailed")
        try registry.errorReported(by: "id-a", inInit: true, type: "Fatal.Second")
        #expect(registry.extensions[0].errorType == "Fatal.ConnectFailed")
        #expect(registry.firstError == "Extension.InitError" && registry.processEnded() == "Extension.InitError")
        #expect(
            error { _ = try registry.nextRequested(by: "id-a") }?.message.contains("from InitError to Ready") == true)
        #expect(
            error { try registry.errorReported(by: "id-a", inInit: false, type: "X") }?.message.contains(
                "from InitError to Exited") == true)
        #expect(
            error { try registry.errorReported(by: "none", inInit: false, type: "X") }?.message
                == "Unknown Lambda-Extension-Identifier")
        var ready = try initializedRegistry()
        #expect(
            error { try ready.errorReported(by: "id-a", inInit: true, type: "X") }?.message.contains(
                "from Ready to InitError") == true)
        try ready.errorReported(by: "id-a", inInit: false, type: "X")
        #expect(ready.processEnded() == "Extension.ExitError")
    }

    @Test("A process that ends without a word has crashed, and one that cannot be started is told of")
    func failures() throws {
        var registry = registry()
        #expect(registry.processEnded() == "Extension.Crash")
        var unable = ExtensionRegistry(external: ["a"])
        unable.launchFailed("a", errorType: "PermissionDenied")
        #expect(
            unable.statuses
                == [ExtensionStatus(name: "a", state: "LaunchError", events: [], errorType: "PermissionDenied")])
        #expect(unable.firstError == "Extension.LaunchError")
        unable.launchFailed("other", errorType: "X")
        #expect(states(unable) == ["LaunchError"])
    }
}
