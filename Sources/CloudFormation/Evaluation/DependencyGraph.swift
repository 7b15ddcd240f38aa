// SPDX-License-Identifier: Apache-2.0

/// Which resource needs which, and whether they can be made in some order.
///
/// A circle deploys nowhere, so it is an error here too, the circles that the serverless transform adds included: a
/// bucket needs the functions that it notifies, and an API those that its routes lead to.
struct DependencyGraph {
    private var needs: [String: [String]] = [:]
    private(set) var faults: [Fault] = []

    private let names: Set<String>

    init(_ template: Template) {
        names = Set(template.resources.map(\.logicalID))
        let known = names.union(template.parameters.map(\.name))
        for resource in template.resources {
            for part in resource.body.node.members ?? [] where part.key != "Metadata" && part.key != "Properties" {
                collect(Located(node: part.value, path: resource.body.path.member(part.key)), resource, known)
            }
            collect(resource.properties, resource, known)
            collectDependsOn(resource)
            collectEvents(resource)
        }
        if faults.isEmpty, let circle = findCircle(template) { faults.append(circle) }
    }

    private mutating func collect(_ value: Located, _ owner: Template.Resource, _ known: Set<String>) {
        for (index, item) in (value.node.items ?? []).enumerated() {
            collect(Located(node: item, path: value.path.item(index)), owner, known)
        }
        for member in value.node.members ?? [] {
            let inner = Located(node: member.value, path: value.path.member(member.key))
            switch member.key {
            case "Ref":
                if let name = member.value.scalar {
                    need(name, inner, owner, known)
                } else {
                    collect(inner, owner, known)
                }
            case "Fn::GetAtt":
                if let name = member.value.items?.first?.scalar ?? member.value.scalar {
                    need(name, inner, owner, known)
                }
            case "Fn::Sub":
                collectSub(inner, owner, known)
            default:
                collect(inner, owner, known)
            }
        }
    }

    private mutating func collectSub(_ value: Located, _ owner: Template.Resource, _ known: Set<String>) {
        let variables = value.node.items?.dropFirst().first
        guard let text = value.node.items?.first?.scalar ?? value.node.scalar,
            let parts = try? Evaluator.placeholders(in: text, of: value)
        else { return }
        for case .name(let name) in parts where variables?[name] == nil { need(name, value, owner, known) }
        if let variables { collect(Located(node: variables, path: value.path), owner, known) }
    }

    private mutating func need(_ name: String, _ place: Located, _ owner: Template.Resource, _ known: Set<String>) {
        guard !name.hasPrefix("AWS::") else { return }
        let logicalID = String(name.prefix { $0 != "." })
        guard known.contains(logicalID) else {
            faults.append(
                place.fault(
                    "Template format error: Unresolved resource dependencies [\(logicalID)] in the Resources block of the template"
                ))
            return
        }
        if names.contains(logicalID) { needs[owner.logicalID, default: []].append(logicalID) }
    }

    private mutating func collectDependsOn(_ resource: Template.Resource) {
        guard let node = resource.body.node["DependsOn"] else { return }
        let path = resource.body.path.member("DependsOn")
        for item in node.items ?? [node] {
            need(item.scalar ?? "", Located(node: item, path: path), resource, names)
        }
    }

    private mutating func collectEvents(_ resource: Template.Resource) {
        guard resource.type == ResourceType.serverlessFunction else { return }
        for event in resource.properties.node["Events"]?.members ?? [] {
            let source: String?
            switch event.value["Type"]?.scalar {
            case "S3": source = event.value["Properties"]?["Bucket"]?["Ref"]?.scalar
            case "HttpApi":
                let api = event.value["Properties"]?["ApiId"]
                source = api == nil ? ServerlessTransform.implicitAPI : api?["Ref"]?.scalar
            default: source = nil
            }
            guard let source, names.contains(source) else { continue }
            needs[source, default: []].append(resource.logicalID)
            // The event names its source inside the function's properties, but it is the source that needs the
            // function.
            if let index = needs[resource.logicalID]?.firstIndex(of: source) {
                needs[resource.logicalID]?.remove(at: index)
            }
        }
    }

    private enum Mark { case onPath, done }

    private func findCircle(_ template: Template) -> Fault? {
        var marks: [String: Mark] = [:]
        var path: [String] = []
        func visit(_ name: String) -> [String]? {
            switch marks[name] {
            case .done: return nil
            case .onPath: return Array(path[(path.firstIndex(of: name) ?? 0)...])
            case nil: break
            }
            marks[name] = .onPath
            path.append(name)
            for next in needs[name] ?? [] { if let circle = visit(next) { return circle } }
            path.removeLast()
            marks[name] = .done
            return nil
        }
        for resource in template.resources {
            guard let circle = visit(resource.logicalID) else { continue }
            let first = template.resources.first { circle.contains($0.logicalID) } ?? resource
            return first.body.fault("Circular dependency between resources: [\(circle.joined(separator: ", "))]")
        }
        return nil
    }
}
