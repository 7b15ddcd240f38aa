// SPDX-License-Identifier: Apache-2.0

/// The values of a template's parameters: those given, else the defaults, each checked against its constraints.
enum Parameters {
    enum Value: Equatable {
        case text(String)
        case list([String])
    }

    /// The values, and everything that is wrong with them.
    static func values(of template: Template, given: [String: String]) -> (values: [String: Value], faults: [Fault]) {
        var values: [String: Value] = [:]
        var faults: [Fault] = []
        for (name, declaration) in template.parameters {
            do throws(Fault) {
                values[name] = try value(of: name, declaration, given: given[name])
            } catch {
                faults.append(error)
            }
        }
        let unknown = given.keys.filter { name in !template.parameters.contains { $0.name == name } }.sorted()
        if !unknown.isEmpty {
            let message = "Parameters: [\(unknown.joined(separator: ", "))] do not exist in the template"
            faults.append(Fault(offset: 0, path: Path("Parameters"), message: message))
        }
        return (values, faults)
    }

    private static func value(of name: String, _ declaration: Located, given: String?) throws(Fault) -> Value? {
        guard declaration.node.members != nil, let type = declaration.node["Type"]?.scalar else {
            throw declaration.fault(
                "Template format error: Every Parameters object must contain a Type member.")
        }
        let isSystemsManager = type.hasPrefix("AWS::SSM::Parameter::")
        // What uses it says so: the templates of the CDK all have one that nothing uses.
        if isSystemsManager, given == nil { return nil }
        guard let text = given ?? declaration.node["Default"]?.scalar else {
            throw declaration.fault("Parameters: [\(name)] must have values")
        }
        let isList = type == "CommaDelimitedList" || type.hasPrefix("List<") || type.contains("<List<")
        guard isList || isSystemsManager || type == "String" || type == "Number" || type.hasPrefix("AWS::") else {
            throw declaration.fault("Template format error: Unrecognized parameter type: \(type)")
        }
        let items = isList ? text.split(separator: ",", omittingEmptySubsequences: false).map(trimmed) : [text]
        for item in items {
            if type.contains("Number"), Double(item) == nil {
                throw declaration.fault("Parameter '\(name)' must be a number.")
            }
            if let broken = brokenConstraint(item, name, declaration.node) {
                throw declaration.fault(
                    declaration.node["ConstraintDescription"]?.scalar.map {
                        "Parameter \(name) failed to satisfy constraint: \($0)"
                    } ?? broken)
            }
        }
        return isList ? .list(items) : .text(text)
    }

    /// What a value breaks, in CloudFormation's words; nil when it is fine.
    private static func brokenConstraint(_ text: String, _ name: String, _ declaration: Node) -> String? {
        if let allowed = declaration["AllowedValues"]?.items?.compactMap(\.scalar), !allowed.contains(text) {
            return "Parameter '\(name)' must be one of AllowedValues"
        }
        if let pattern = declaration["AllowedPattern"]?.scalar {
            guard let regex = try? Regex(pattern) else { return "AllowedPattern is no regular expression: \(pattern)" }
            guard (try? regex.wholeMatch(in: text)) != nil else {
                return "Parameter \(name) failed to satisfy constraint: Parameter \(name) must match pattern \(pattern)"
            }
        }
        func bound(_ key: String, _ isBroken: (Double, Double) -> Bool, of value: Double?) -> Bool {
            guard let limit = declaration[key]?.scalar.flatMap(Double.init), let value else { return false }
            return isBroken(value, limit)
        }
        let length = Double(text.count)
        if bound("MinLength", <, of: length) || bound("MaxLength", >, of: length) {
            return "Parameter '\(name)' must have a length within MinLength and MaxLength"
        }
        if bound("MinValue", <, of: Double(text)) || bound("MaxValue", >, of: Double(text)) {
            return "Parameter '\(name)' must be a number within MinValue and MaxValue"
        }
        return nil
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
