// SPDX-License-Identifier: Apache-2.0

/// The operations of the Lambda API that are there besides Invoke; everything else is an unknown operation.
enum Route: Equatable {
    case listFunctions
    case createFunction
    case getFunction(String)
    case deleteFunction(String)
    case getFunctionConfiguration(String)
    case updateFunctionCode(String)
    case listVersions(String)
    case publishVersion(String)
    case listAliases(String)
    case createAlias(String)
    case getAlias(String, alias: String)

    init?(_ method: String, _ path: String) {
        var segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        if segments.last == "" { segments.removeLast() }
        guard segments.popFirst() == "2015-03-31", segments.popFirst() == "functions" else { return nil }
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
        case ("PUT", "code", nil, true): self = .updateFunctionCode(name)
        case ("GET", "versions", nil, true): self = .listVersions(name)
        case ("POST", "versions", nil, true): self = .publishVersion(name)
        case ("GET", "aliases", nil, true): self = .listAliases(name)
        case ("POST", "aliases", nil, true): self = .createAlias(name)
        case ("GET", "aliases", let alias?, true): self = .getAlias(name, alias: decoded(alias))
        default: return nil
        }
    }
}
