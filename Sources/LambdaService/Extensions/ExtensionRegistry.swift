// SPDX-License-Identifier: Apache-2.0

/// The extensions of one environment from the start of an init to the environment's end: who has registered for what,
/// and who is at work.
///
/// Pure: facts go in, what is to be done comes out. States, transitions and wording are those of AWS's
/// aws-lambda-runtime-interface-emulator (internal/lambda/core, internal/lambda/rapi/handler).
struct ExtensionRegistry {
    /// How many extensions a function may have, internal ones included.
    static let limit = 10

    /// What an extension may register for.
    enum Event: String, CaseIterable {
        case invoke = "INVOKE"
        case shutdown = "SHUTDOWN"
    }

    enum State: String {
        case started = "Started"
        case registered = "Registered"
        case ready = "Ready"
        case running = "Running"
        case initError = "InitError"
        case exitError = "ExitError"
        case launchError = "LaunchError"
    }

    struct Extension {
        let name: String
        /// Whether it is a process of its own.
        let isExternal: Bool
        /// What it is known by once it has registered.
        var id = ""
        var state = State.started
        var events: Set<Event> = []
        /// Why it could not be started, or what it reported.
        var errorType: String?
    }

    private(set) var extensions: [Extension]
    /// The error type of what went wrong first.
    private(set) var firstError: String?
    private var isRegistrationOpen = true
    private var isShuttingDown = false

    /// The extensions that are about to be started, by their file names.
    init(external names: [String] = []) {
        extensions = names.map { Extension(name: $0, isExternal: true) }
    }

    /// Whether all external extensions have registered, so that the runtime may start.
    var areRegistered: Bool { extensions.allSatisfy { !$0.isExternal || $0.state != .started } }

    /// Whether all wait for their first event: the extensions' part of the init is done.
    var areInitialized: Bool { extensions.allSatisfy { $0.state == .ready } }

    /// Whether all that were told of the invocation have asked for the next event.
    var areDone: Bool { extensions.allSatisfy { $0.state == .ready || !$0.events.contains(.invoke) } }

    var hasExternal: Bool { extensions.contains(where: \.isExternal) }
    var hasInternal: Bool { extensions.contains { !$0.isExternal } }

    /// What is told of each in the log.
    var statuses: [ExtensionStatus] {
        extensions.map { one in
            ExtensionStatus(
                name: one.name, state: one.state.rawValue,
                events: Event.allCases.filter(one.events.contains).map(\.rawValue), errorType: one.errorType)
        }
    }
}

// MARK: What extensions ask

extension ExtensionRegistry {
    /// An extension registers; a name that was not started is an internal one, of the runtime's own process.
    ///
    /// - Returns: its identifier.
    mutating func register(
        _ name: String, events: [String], makeID: () -> String
    ) throws(RuntimeAPIError) -> String {
        let external = extensions.firstIndex { $0.isExternal && $0.name == name }
        let wanted = try Self.read(events, isExternal: external != nil)
        guard let index = external else { return try registerInternal(name, wanted, makeID()) }
        try require(extensions[index].state == .started, index, to: .registered, named: name)
        register(index, wanted, makeID())
        return extensions[index].id
    }

    private mutating func registerInternal(
        _ name: String, _ events: Set<Event>, _ id: String
    ) throws(RuntimeAPIError) -> String {
        guard isRegistrationOpen else { throw .registrationClosed }
        guard extensions.count < Self.limit else { throw .tooManyExtensions }
        guard !extensions.contains(where: { $0.name == name }) else { throw .extensionNameTaken }
        extensions.append(Extension(name: name, isExternal: false))
        register(extensions.count - 1, events, id)
        return id
    }

    private mutating func register(_ index: Int, _ events: Set<Event>, _ id: String) {
        extensions[index].id = id
        extensions[index].events = events
        extensions[index].state = .registered
    }

    private static func read(_ names: [String], isExternal: Bool) throws(RuntimeAPIError) -> Set<Event> {
        var events: Set<Event> = []
        for name in names {
            guard let event = Event(rawValue: name) else { throw .invalidEventType(name, "ErrorInvalidEventType") }
            guard isExternal || event != .shutdown else {
                throw .invalidEventType(name, "ShutdownEventNotSupportedForInternalExtension")
            }
            events.insert(event)
        }
        return events
    }

    /// What an extension that asks for the next event gets.
    enum Next {
        case wait
        case shutdown
    }

    mutating func nextRequested(by id: String) throws(RuntimeAPIError) -> Next {
        let index = try find(id, .unknownExtension(id))
        try require([.registered, .running].contains(extensions[index].state), index, to: .ready, named: id)
        guard !isShuttingDown || !extensions[index].events.contains(.shutdown) else {
            extensions[index].state = .running
            return .shutdown
        }
        extensions[index].state = .ready
        return .wait
    }

    /// An extension reported that it could not initialize, or has to exit; it is expected to end now.
    ///
    /// - Parameter type: what it said, `Fatal.ConnectFailed` say.
    mutating func errorReported(by id: String, inInit: Bool, type: String) throws(RuntimeAPIError) {
        let index = try find(id, .unknownExtensionIdentifier)
        let (target, allowed): (State, [State]) =
            inInit ? (.initError, [.registered]) : (.exitError, [.registered, .ready, .running])
        // Only the first report counts.
        guard extensions[index].state != target else { return }
        try require(
            allowed.contains(extensions[index].state), index, to: target, named: id,
            targetName: inInit ? "InitError" : "Exited")
        extensions[index].state = target
        extensions[index].errorType = type
        firstError = firstError ?? (inInit ? "Extension.InitError" : "Extension.ExitError")
    }

    /// Whether an identifier is one of an extension here; its name.
    func name(of id: String) throws(RuntimeAPIError) -> String {
        extensions[try find(id, .unknownExtension(id))].name
    }

    private func find(_ id: String, _ error: RuntimeAPIError) throws(RuntimeAPIError) -> Int {
        guard !id.isEmpty, let index = extensions.firstIndex(where: { $0.id == id }) else { throw error }
        return index
    }

    private func require(
        _ isAllowed: Bool, _ index: Int, to target: State, named name: String, targetName: String? = nil
    ) throws(RuntimeAPIError) {
        guard !isAllowed else { return }
        throw .invalidExtensionState(
            from: extensions[index].state.rawValue, to: targetName ?? target.rawValue, extension: name)
    }
}

// MARK: What is done to extensions

extension ExtensionRegistry {
    /// An extension could not be started.
    mutating func launchFailed(_ name: String, errorType: String) {
        guard let index = extensions.firstIndex(where: { $0.name == name }) else { return }
        extensions[index].state = .launchError
        extensions[index].errorType = errorType
        firstError = firstError ?? "Extension.LaunchError"
    }

    /// The runtime has asked for its first invocation: nobody registers any more.
    mutating func closeRegistration() {
        isRegistrationOpen = false
    }

    /// An invocation begins.
    ///
    /// - Returns: the identifiers of those that are told.
    mutating func invoke() -> [String] {
        var told: [String] = []
        for index in extensions.indices
        where extensions[index].events.contains(.invoke) && extensions[index].state == .ready {
            extensions[index].state = .running
            told.append(extensions[index].id)
        }
        return told
    }

    /// A process of an extension ended by itself.
    ///
    /// - Returns: the error type of what fails with it.
    mutating func processEnded() -> String {
        let error = firstError ?? "Extension.Crash"
        firstError = error
        return error
    }

    /// The environment ends.
    ///
    /// - Returns: the identifiers of those that are told, and the names of those that are not to be told. Whoever is to
    ///   be told and is still at work is told when it asks for the next event.
    mutating func shutDown() -> (told: [String], untold: [String]) {
        isShuttingDown = true
        isRegistrationOpen = false
        var told: [String] = []
        for index in extensions.indices
        where extensions[index].events.contains(.shutdown) && extensions[index].state == .ready {
            extensions[index].state = .running
            told.append(extensions[index].id)
        }
        return (told, extensions.filter { $0.isExternal && !$0.events.contains(.shutdown) }.map(\.name))
    }
}
