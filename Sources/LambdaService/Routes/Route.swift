// SPDX-License-Identifier: Apache-2.0

/// The operations of the Lambda API that are there besides Invoke; everything else is an unknown operation.
enum Route: Equatable {
    /// What is done to a setting that is one resource.
    enum Action {
        case get
        /// Sets all of it, or adds to it.
        case put
        case delete
    }

    case listFunctions
    case createFunction
    case getFunction(String)
    case deleteFunction(String)
    case getFunctionConfiguration(String)
    case updateFunctionCode(String)
    case updateFunctionConfiguration(String)
    case listVersions(String)
    case publishVersion(String)
    case listAliases(String)
    case createAlias(String)
    case getAlias(String, alias: String)
    case updateAlias(String, alias: String)
    case deleteAlias(String, alias: String)
    /// Of the resource with an ARN.
    case tags(String, Action)
    case codeSigning(String, Action)
    case runtimeManagement(String, Action)
    case layers(LayerOperation)
    case getAccountSettings
    case getConcurrency(String)
    case putConcurrency(String)
    case deleteConcurrency(String)
    case getProvisionedConcurrency(String)
    case putProvisionedConcurrency(String)
    case deleteProvisionedConcurrency(String)
    case getPolicy(String)
    case addPermission(String)
    case removePermission(String, statement: String)
    case eventInvoke(EventInvokeRoute)
    case recursion(String, Action)

    init?(_ method: String, _ path: String) {
        var segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        if segments.last == "" { segments.removeLast() }
        switch (segments.popFirst(), segments.popFirst()) {
        case ("2015-03-31", "functions"): self.init(method, functions: segments)
        // Operations that came later have the date of the API's version then.
        case ("2016-08-19", "account-settings") where method == "GET" && segments.isEmpty: self = .getAccountSettings
        case ("2017-03-31", "tags"): self.init(method, tags: segments)
        case ("2018-10-31", "layers"):
            guard let operation = LayerOperation(method, segments) else { return nil }
            self = .layers(operation)
        case ("2020-06-30", "functions") where segments.last == "code-signing-config":
            guard let name = segments.first, segments.count == 2, let action = Action(method) else { return nil }
            self = .codeSigning(decoded(name), action)
        case ("2021-07-20", "functions") where segments.last == "runtime-management-config" && method != "DELETE":
            guard let name = segments.first, segments.count == 2, let action = Action(method) else { return nil }
            self = .runtimeManagement(decoded(name), action)
        case ("2019-09-25", "functions"):
            guard let route = EventInvokeRoute(method, segments) else { return nil }
            self = .eventInvoke(route)
        case ("2024-08-31", "functions") where segments.last == "recursion-config" && method != "DELETE":
            guard let name = segments.first, segments.count == 2, let action = Action(method) else { return nil }
            self = .recursion(decoded(name), action)
        case (let version?, "functions"): self.init(method, version, concurrency: segments)
        default: return nil
        }
    }

    private init?(_ method: String, tags segments: ArraySlice<Substring>) {
        // A client may leave the slashes that an ARN could have as they are.
        let resource = segments.map(decoded).joined(separator: "/")
        // Tags are added by POST.
        guard !resource.isEmpty, let action = Action(method == "POST" ? "PUT" : method) else { return nil }
        self = .tags(resource, action)
    }

    private init?(_ method: String, _ version: Substring, concurrency segments: ArraySlice<Substring>) {
        guard segments.count == 2, let name = segments.first.map(decoded), let resource = segments.last else {
            return nil
        }
        switch (method, version, resource) {
        case ("GET", "2019-09-30", "concurrency"): self = .getConcurrency(name)
        case ("PUT", "2017-10-31", "concurrency"): self = .putConcurrency(name)
        case ("DELETE", "2017-10-31", "concurrency"): self = .deleteConcurrency(name)
        case ("GET", "2019-09-30", "provisioned-concurrency"): self = .getProvisionedConcurrency(name)
        case ("PUT", "2019-09-30", "provisioned-concurrency"): self = .putProvisionedConcurrency(name)
        case ("DELETE", "2019-09-30", "provisioned-concurrency"): self = .deleteProvisionedConcurrency(name)
        default: return nil
        }
    }

    private init?(_ method: String, functions segments: ArraySlice<Substring>) {
        var segments = segments
        guard let first = segments.popFirst() else {
            switch method {
            case "GET": self = .listFunctions
            case "POST": self = .createFunction
            default: return nil
            }
            return
        }
        let name = decoded(first)
        switch (method, segments.popFirst(), segments.popFirst(), segments.isEmpty) {
        case ("GET", nil, nil, true): self = .getFunction(name)
        case ("DELETE", nil, nil, true): self = .deleteFunction(name)
        case ("GET", "configuration", nil, true): self = .getFunctionConfiguration(name)
        case ("PUT", "configuration", nil, true): self = .updateFunctionConfiguration(name)
        case ("PUT", "code", nil, true): self = .updateFunctionCode(name)
        case ("GET", "versions", nil, true): self = .listVersions(name)
        case ("POST", "versions", nil, true): self = .publishVersion(name)
        case ("GET", "aliases", nil, true): self = .listAliases(name)
        case ("POST", "aliases", nil, true): self = .createAlias(name)
        case ("GET", "aliases", let alias?, true): self = .getAlias(name, alias: decoded(alias))
        case ("PUT", "aliases", let alias?, true): self = .updateAlias(name, alias: decoded(alias))
        case ("DELETE", "aliases", let alias?, true): self = .deleteAlias(name, alias: decoded(alias))
        case ("GET", "policy", nil, true): self = .getPolicy(name)
        case ("POST", "policy", nil, true): self = .addPermission(name)
        case ("DELETE", "policy", let statement?, true): self = .removePermission(name, statement: decoded(statement))
        default: return nil
        }
    }
}

extension Route.Action {
    fileprivate init?(_ method: String) {
        switch method {
        case "GET": self = .get
        case "PUT": self = .put
        case "DELETE": self = .delete
        default: return nil
        }
    }
}
