// SPDX-License-Identifier: Apache-2.0
import AWSWire

extension FunctionVersion {
    /// How far a function is, in the words of the API.
    enum Phase {
        /// What CreateFunction answers: the function is not ready yet, and a moment later it is.
        case creating
        /// What an update answers: it is not carried out yet, and a moment later it is.
        case updating
        case active
        /// What lists show: nothing of the kind.
        case listed
    }

    /// `FunctionConfiguration` of the API.
    ///
    /// Which members there are, and when: LocalStack's recorded snapshots of AWS, test_function_lifecycle and
    /// test_list_functions.
    ///
    /// - Parameters:
    ///   - arn: as the caller qualified it; nil for that without a qualifier.
    ///   - revisionID: nil for the revision's own. What is not done yet has another one than what is.
    func document(arn: String? = nil, _ phase: Phase = .active, revisionID: String? = nil) -> [UInt8] {
        var json = JSONObjectWriter()
        json.add("FunctionName", name)
        json.add("FunctionArn", arn ?? functionARN)
        json.add("Runtime", configuration.runtime.rawValue)
        json.add("Role", configuration.role)
        json.add("Handler", configuration.handler)
        json.add("CodeSize", configuration.code.size)
        json.add("Description", configuration.description)
        json.add("Timeout", configuration.timeoutSeconds)
        json.add("MemorySize", configuration.memoryMegabytes)
        json.add("LastModified", "\(ISO8601.format(modified).dropLast())+0000")
        json.add("CodeSha256", configuration.code.sha256)
        json.add("Version", version)
        if !configuration.environment.isEmpty {
            json.add(
                "Environment",
                json: JSONObjectWriter.object {
                    $0.add("Variables", json: JSONObjectWriter.object(configuration.environment))
                })
        }
        if let target = configuration.deadLetterTarget {
            json.add("DeadLetterConfig", json: JSONObjectWriter.object(["TargetArn": target]))
        }
        if !configuration.layers.isEmpty {
            let layers = configuration.layers.map { layer in
                JSONObjectWriter.object { json in
                    json.add("Arn", layer.arn)
                    json.add("CodeSize", layer.size)
                }
            }
            json.add("Layers", list: layers)
        }
        json.add("TracingConfig", json: JSONObjectWriter.object(["Mode": "PassThrough"]))
        json.add("RevisionId", revisionID ?? self.revisionID)
        json.add(phase)
        json.add("PackageType", "Zip")
        json.add("Architectures", json: "[\"\(Architecture.ofThisMachine)\"]".utf8)
        json.add(
            "EphemeralStorage",
            json: JSONObjectWriter.object { $0.add("Size", configuration.ephemeralStorageMegabytes) })
        json.add("SnapStart", json: JSONObjectWriter.object(["ApplyOn": "None", "OptimizationStatus": "Off"]))
        json.add("LoggingConfig", json: JSONObjectWriter.object(configuration.loggingDocument))
        return json.finish()
    }

    /// What GetFunction answers.
    ///
    /// - Parameters:
    ///   - arn: as the caller qualified it.
    ///   - location: where its code can be had.
    func document(arn: String, location: String, of function: FunctionRegistry.Function) -> [UInt8] {
        var json = JSONObjectWriter()
        json.add("Configuration", json: document(arn: arn))
        json.add("Code", json: JSONObjectWriter.object(["RepositoryType": "S3", "Location": location]))
        if !function.tags.isEmpty { json.add("Tags", json: JSONObjectWriter.object(function.tags)) }
        if let reserved = function.reservedConcurrency {
            json.add("Concurrency", json: Self.concurrencyDocument(reserved))
        }
        return json.finish()
    }

    /// What GetFunctionConcurrency answers: nothing where nothing is reserved.
    static func concurrencyDocument(_ reserved: Int?) -> [UInt8] {
        JSONObjectWriter.object { json in
            if let reserved { json.add("ReservedConcurrentExecutions", reserved) }
        }
    }
}

extension JSONObjectWriter {
    /// An object of texts, in the order of their names.
    static func object(_ members: [String: String]) -> [UInt8] {
        object { json in
            for (name, value) in members.sorted(by: { $0.key < $1.key }) { json.add(name, value) }
        }
    }

    /// An object as `body` writes it.
    static func object(_ body: (inout JSONObjectWriter) -> Void) -> [UInt8] {
        var json = JSONObjectWriter()
        body(&json)
        return json.finish()
    }

    /// Adds a list of what is JSON already.
    mutating func add(_ name: String, list: [[UInt8]]) {
        add(name, json: [UInt8(ascii: "[")] + list.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "]")])
    }

    fileprivate mutating func add(_ phase: FunctionVersion.Phase) {
        switch phase {
        case .creating:
            add("State", "Pending")
            add("StateReason", "The function is being created.")
            add("StateReasonCode", "Creating")
        case .updating:
            add("State", "Active")
            add("LastUpdateStatus", "InProgress")
            add("LastUpdateStatusReason", "The function is being created.")
            add("LastUpdateStatusReasonCode", "Creating")
        case .active:
            add("State", "Active")
            add("LastUpdateStatus", "Successful")
        case .listed: break
        }
    }
}

extension FunctionConfiguration {
    /// Where its log would be on AWS.
    var logGroup: String { logging.group ?? "/aws/lambda/\(name)" }

    /// `LoggingConfig` of the API; text has no levels.
    fileprivate var loggingDocument: [String: String] {
        var document = ["LogFormat": logging.format.rawValue, "LogGroup": logGroup]
        if logging.format == .json {
            document["ApplicationLogLevel"] = logging.applicationLevel
            document["SystemLogLevel"] = logging.systemLevel.rawValue
        }
        return document
    }
}

extension FunctionAlias {
    /// `AliasConfiguration` of the API.
    func document(functionARN: String) -> [UInt8] {
        var json = JSONObjectWriter()
        json.add("AliasArn", "\(functionARN):\(name)")
        json.add("Name", name)
        json.add("FunctionVersion", version)
        json.add("Description", description)
        if let additional {
            var weights = JSONObjectWriter()
            weights.add(additional.version, json: "\(additional.weight)".utf8)
            var routing = JSONObjectWriter()
            routing.add("AdditionalVersionWeights", json: weights.finish())
            json.add("RoutingConfig", json: routing.finish())
        }
        json.add("RevisionId", revisionID)
        return json.finish()
    }
}
