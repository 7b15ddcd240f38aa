// SPDX-License-Identifier: Apache-2.0
import AWSWire

extension FunctionVersion {
    /// How far a function is, in the words of the API.
    enum Phase {
        /// What CreateFunction answers: the function is not ready yet, and a moment later it is.
        case creating
        case active
    }

    /// `FunctionConfiguration` of the API.
    ///
    /// - Parameter qualified: whether the ARN carries the version.
    func document(qualified: Bool, _ phase: Phase = .active) -> [UInt8] {
        var json = JSONObjectWriter()
        json.add("FunctionName", name)
        json.add("FunctionArn", qualified ? qualifiedARN : functionARN)
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
                "Environment", json: Self.object { $0.add("Variables", json: Self.object(configuration.environment)) })
        }
        json.add("TracingConfig", json: Self.object(["Mode": "PassThrough"]))
        json.add("RevisionId", revisionID)
        switch phase {
        case .creating:
            json.add("State", "Pending")
            json.add("StateReason", "The function is being created.")
            json.add("StateReasonCode", "Creating")
        case .active:
            json.add("State", "Active")
            json.add("LastUpdateStatus", "Successful")
        }
        json.add("PackageType", "Zip")
        json.add("Architectures", json: "[\"\(Architecture.ofThisMachine)\"]".utf8)
        json.add("EphemeralStorage", json: Self.object { $0.add("Size", 512) })
        json.add("SnapStart", json: Self.object(["ApplyOn": "None", "OptimizationStatus": "Off"]))
        json.add("LoggingConfig", json: Self.object(configuration.loggingDocument))
        return json.finish()
    }

    /// What GetFunction answers.
    ///
    /// - Parameter reservedConcurrency: the function's, if it has any.
    func functionDocument(qualified: Bool, reservedConcurrency: Int?) -> [UInt8] {
        var json = JSONObjectWriter()
        json.add("Configuration", json: document(qualified: qualified))
        json.add(
            "Code",
            json: Self.object(["RepositoryType": "S3", "Location": "file://\(configuration.code.folder)"]))
        if let reservedConcurrency {
            json.add("Concurrency", json: Self.concurrencyDocument(reservedConcurrency))
        }
        return json.finish()
    }

    /// What GetFunctionConcurrency answers: nothing where nothing is reserved.
    static func concurrencyDocument(_ reserved: Int?) -> [UInt8] {
        object { json in
            if let reserved { json.add("ReservedConcurrentExecutions", reserved) }
        }
    }

    private static func object(_ members: [String: String]) -> [UInt8] {
        object { json in
            for (name, value) in members.sorted(by: { $0.key < $1.key }) { json.add(name, value) }
        }
    }

    private static func object(_ body: (inout JSONObjectWriter) -> Void) -> [UInt8] {
        var json = JSONObjectWriter()
        body(&json)
        return json.finish()
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

/// The processor that functions run on: the machine's own.
public enum Architecture {
    #if arch(arm64)
        /// In AWS's words: `arm64` or `x86_64`.
        public static let ofThisMachine = "arm64"
    #else
        /// In AWS's words: `arm64` or `x86_64`.
        public static let ofThisMachine = "x86_64"
    #endif
}

/// A page of a list, with the marker of the next.
struct Page {
    var items: [[UInt8]]
    var nextMarker: String?

    /// Cuts a page out of a list.
    ///
    /// - Parameters:
    ///   - marker: how many items came before, as the page before told it.
    ///   - maxItems: AWS gives at most 50 a page, of functions; more may be asked for up to 10000.
    init(of documents: [[UInt8]], marker: String?, maxItems: String?) throws(AWSError) {
        let size = min(50, try Self.size(maxItems))
        let first = try Self.position(marker, in: documents)
        items = Array(documents[first...].prefix(size))
        nextMarker = first + size < documents.count ? "\(first + size)" : nil
    }

    private static func size(_ maxItems: String?) throws(AWSError) -> Int {
        guard let maxItems else { return 50 }
        guard let size = Int(maxItems), (1...10000).contains(size) else {
            let bound = (Int(maxItems) ?? 0) < 1 ? "greater than or equal to 1" : "less than or equal to 10000"
            throw .validation(maxItems, at: "maxItems", "Member must have value \(bound)")
        }
        return size
    }

    private static func position(_ marker: String?, in documents: [[UInt8]]) throws(AWSError) -> Int {
        guard let marker else { return 0 }
        guard let position = Int(marker), (0...documents.count).contains(position) else {
            throw .invalidParameter("Invalid pagination token.")
        }
        return position
    }

    func json(_ name: String) -> [UInt8] {
        var json = JSONObjectWriter()
        json.add(name, json: [UInt8(ascii: "[")] + items.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "]")])
        if let nextMarker { json.add("NextMarker", nextMarker) }
        return json.finish()
    }
}
