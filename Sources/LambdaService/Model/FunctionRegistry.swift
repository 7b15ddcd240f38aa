// SPDX-License-Identifier: Apache-2.0
package import AWSWire

/// The functions of one account and region: their `$LATEST`, published versions and aliases.
///
/// Pure.
package struct FunctionRegistry {
    struct Function {
        var latest: FunctionVersion
        var published: [FunctionVersion] = []
        var aliases: [String: FunctionAlias] = [:]
        var lastNumber = 0
        /// What may be in work at once; nil shares what no function has reserved.
        var reservedConcurrency: Int?
        /// What is provisioned, by the version or alias that it is provisioned for.
        var provisioned: [String: ProvisionedConcurrency] = [:]
        /// The resource policies of the function (nil), of its versions and of its aliases.
        var policies: [String?: ResourcePolicy] = [:]
        var tags: [String: String] = [:]
        /// What becomes of asynchronous events, by qualifier.
        var eventInvoke: [String: EventInvokeConfiguration] = [:]
        /// What is done when it is part of a loop.
        var recursiveLoop = RecursiveLoop.terminate
        /// The URLs of the function (nil) and of its aliases.
        var urls: [String?: FunctionURL] = [:]
        /// Whether a template made it, which makes it anew at each start.
        var isOfTemplate = false

        var id: Int { latest.functionID }
    }

    package let account: String
    package let region: String
    private let makeID: () -> String
    private(set) var functions: [String: Function] = [:]
    /// The functions that have changed since somebody took note of it.
    var changed: Set<String> = []
    private var lastID = 0
    private var lastFunctionID = 0
    /// What names that are in use resolve to; emptied by every change.
    ///
    /// Aliases with two versions are not in it.
    private var resolutions: [String: FunctionResolution] = [:]

    package init(account: String, region: String, makeID: @escaping () -> String) {
        self.account = account
        self.region = region
        self.makeID = makeID
    }

    func arn(of name: String) -> String { "arn:aws:lambda:\(region):\(account):function:\(name)" }

    // MARK: Lookup

    /// What an invocation runs.
    ///
    /// - Parameters:
    ///   - text: a name, partial ARN or ARN, with or without a qualifier.
    ///   - draw: a number from 0 up to, not including, 1, for aliases that share calls between two versions.
    /// - Throws: the error that Invoke answers with.
    package mutating func resolve(
        _ text: String, qualifier: String? = nil, draw: () -> Double
    ) throws(AWSError) -> FunctionResolution {
        if qualifier == nil, let known = resolutions[text] { return known }
        let name = try FunctionName(text, qualifier: qualifier, account: account, region: region)
        let (resolution, isSettled) = try resolve(name, draw: draw)
        if qualifier == nil, isSettled { resolutions[text] = resolution }
        return resolution
    }

    private func resolve(
        _ name: FunctionName, draw: () -> Double
    ) throws(AWSError) -> (FunctionResolution, isSettled: Bool) {
        let arn = arn(of: name.name)
        let qualifier = name.qualifier ?? "$LATEST"
        guard let function = functions[name.name] else { throw .functionNotFound("\(arn):\(qualifier)") }
        let invoked = name.qualifier.map { "\(arn):\($0)" } ?? arn
        if let alias = function.aliases[qualifier] {
            let routed = alias.route(draw: draw)
            guard let version = function.version(routed) else { throw .functionNotFound("\(arn):\(qualifier)") }
            return (FunctionResolution(version: version, invokedARN: invoked), alias.additional == nil)
        }
        guard let version = function.version(qualifier) else { throw .functionNotFound("\(arn):\(qualifier)") }
        return (FunctionResolution(version: version, invokedARN: invoked), true)
    }

    /// The version that a control-plane request names.
    ///
    /// - Throws: the error that GetFunction answers with.
    func version(_ name: FunctionName) throws(AWSError) -> FunctionVersion {
        guard name.qualifier != nil else { return try function(name.name).latest }
        return try resolve(name, draw: { 1 }).0.version
    }

    func function(_ name: String) throws(AWSError) -> Function {
        guard let function = functions[name] else { throw .functionNotFound(arn(of: name)) }
        return function
    }

    func name(_ text: String, qualifier: String? = nil) throws(AWSError) -> FunctionName {
        try FunctionName(text, qualifier: qualifier, account: account, region: region)
    }

    // MARK: Changes

    /// Adds a function.
    ///
    /// - Parameter now: milliseconds since 1970.
    /// - Throws: the error that CreateFunction answers with.
    @discardableResult
    package mutating func create(
        _ configuration: FunctionConfiguration, tags: [String: String] = [:], isOfTemplate: Bool = false, now: Int64
    ) throws(AWSError) -> FunctionVersion {
        try configuration.validate()
        try Self.check(tags: tags)
        guard functions[configuration.name] == nil else {
            throw .resourceConflict("Function already exist: \(configuration.name)")
        }
        lastFunctionID += 1
        let latest = makeVersion("$LATEST", of: lastFunctionID, configuration, now)
        change(configuration.name) { $0 = Function(latest: latest, tags: tags, isOfTemplate: isOfTemplate) }
        return latest
    }

    /// Gives `$LATEST` new code or configuration.
    ///
    /// - Returns: the revision that was, and the one that is.
    /// - Throws: the error that the update answers with.
    package mutating func update(
        _ name: String, now: Int64, _ body: (inout FunctionConfiguration) -> Void
    ) throws(AWSError) -> (old: FunctionVersion, new: FunctionVersion) {
        let old = try function(name).latest
        var configuration = old.configuration
        body(&configuration)
        try configuration.validate()
        let new = makeVersion("$LATEST", of: old.functionID, configuration, now)
        change(name) { $0?.latest = new }
        return (old, new)
    }

    /// What `$LATEST` would be after an update that is not made.
    func preview(
        _ name: String, _ body: (inout FunctionConfiguration) -> Void
    ) throws(AWSError) -> FunctionVersion {
        let latest = try function(name).latest
        var configuration = latest.configuration
        body(&configuration)
        return FunctionVersion(
            id: latest.id, functionID: latest.functionID, version: latest.version, configuration: configuration,
            functionARN: latest.functionARN, modified: latest.modified, revisionID: latest.revisionID)
    }

    /// Freezes `$LATEST` as the next version; the same code and configuration again give the version that they have
    /// (https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html).
    ///
    /// - Throws: the error that PublishVersion answers with.
    package mutating func publish(
        _ name: String, description: String? = nil, codeSHA256: String? = nil, now: Int64
    ) throws(AWSError) -> FunctionVersion {
        let function = try function(name)
        var configuration = function.latest.configuration
        if let codeSHA256, codeSHA256 != configuration.code.sha256 {
            throw .invalidParameter(
                "CodeSHA256 (\(codeSHA256)) is different from current CodeSHA256 in $LATEST "
                    + "(\(configuration.code.sha256)). Please try again with the CodeSHA256 in $LATEST.")
        }
        if let last = function.published.last, last.configuration.isSameRevision(as: configuration) { return last }
        if let description, !description.isEmpty { configuration.description = description }
        let number = function.lastNumber + 1
        let version = makeVersion("\(number)", of: function.id, configuration, now)
        change(name) {
            $0?.published.append(version)
            $0?.lastNumber = number
        }
        return version
    }

    /// Removes a function, or one of its versions.
    ///
    /// - Returns: the revisions that are gone.
    /// - Throws: the error that DeleteFunction answers with.
    mutating func delete(_ name: FunctionName) throws(AWSError) -> [FunctionVersion] {
        let function = try function(name.name)
        guard let qualifier = name.qualifier else {
            change(name.name) { $0 = nil }
            return [function.latest] + function.published
        }
        guard qualifier != "$LATEST" else {
            throw .invalidParameter("$LATEST version cannot be deleted without deleting the function.")
        }
        guard function.aliases[qualifier] == nil else {
            throw .invalidParameter("Deletion of aliases is not currently supported.")
        }
        guard let version = function.version(qualifier) else {
            throw .functionNotFound("\(arn(of: name.name)):\(qualifier)")
        }
        let pointing = function.aliases.values.filter { $0.version == qualifier || $0.additional?.version == qualifier }
        guard pointing.isEmpty else {
            let names = pointing.map(\.name).sorted().joined(separator: ", ")
            throw .resourceConflict("Version \(qualifier) is referenced by alias \(names)")
        }
        change(name.name) { $0?.published.removeAll { $0.version == qualifier } }
        return [version]
    }

    mutating func change(_ name: String, _ body: (inout Function?) -> Void) {
        resolutions.removeAll(keepingCapacity: true)
        changed.insert(name)
        body(&functions[name])
        functions[name]?.prunePolicies()
    }

    /// Brings back a function as it was stored, unless another has its name.
    ///
    /// - Returns: the function; nil when its name is taken.
    /// - Throws: `DecodingError` or ``AWSError`` for what cannot be read any more.
    mutating func restore(_ record: FunctionRecord, in folder: CodeFolder) throws -> Function? {
        let configuration = try record.latest.configuration(in: folder)
        guard functions[configuration.name] == nil else { return nil }
        lastFunctionID += 1
        var function = Function(latest: restored(record.latest, configuration))
        for version in record.published {
            function.published.append(restored(version, try version.configuration(in: folder)))
        }
        function.aliases = Dictionary(record.aliases.map { ($0.name, $0) }) { $1 }
        function.lastNumber = record.lastNumber
        function.reservedConcurrency = record.reservedConcurrency
        function.provisioned = record.provisioned ?? [:]
        function.tags = record.tags ?? [:]
        function.eventInvoke = record.eventInvoke ?? [:]
        function.recursiveLoop = record.recursiveLoop ?? .terminate
        for stored in record.urls ?? [] { function.urls[stored.qualifier] = stored.url }
        for stored in record.policies ?? [] {
            try function.policies[stored.qualifier, default: ResourcePolicy()].add(
                PolicyStatement(stored.permission, on: stored.resource))
        }
        change(configuration.name) { $0 = function }
        return function
    }

    private mutating func restored(
        _ version: FunctionRecord.Version, _ configuration: FunctionConfiguration
    ) -> FunctionVersion {
        lastID += 1
        return FunctionVersion(
            id: lastID, functionID: lastFunctionID, version: version.version, configuration: configuration,
            functionARN: arn(of: configuration.name), modified: version.modified, revisionID: version.revisionID)
    }

    func makeRevisionID() -> String { makeID() }

    private mutating func makeVersion(
        _ version: String, of functionID: Int, _ configuration: FunctionConfiguration, _ now: Int64
    ) -> FunctionVersion {
        lastID += 1
        return FunctionVersion(
            id: lastID, functionID: functionID, version: version, configuration: configuration,
            functionARN: arn(of: configuration.name), modified: now, revisionID: makeID())
    }
}

extension FunctionRegistry.Function {
    func version(_ version: String) -> FunctionVersion? {
        version == "$LATEST" ? latest : published.first { $0.version == version }
    }
}

extension FunctionConfiguration {
    /// Whether publishing would freeze what is frozen already; a description does not count.
    fileprivate func isSameRevision(as other: FunctionConfiguration) -> Bool {
        var left = self, right = other
        left.description = ""
        right.description = ""
        // The same archive is unpacked into a folder of its own each time.
        left.code.folder = ""
        right.code.folder = ""
        left.code.archive = nil
        right.code.archive = nil
        return left == right
    }
}
