// SPDX-License-Identifier: Apache-2.0
import CloudFormation

/// What an edited template asks for that the one before did not.
///
/// Pure.
struct TemplateChange: Equatable {
    /// Functions to deploy anew, as they are now.
    var changed: [FunctionResource] = []
    /// Functions that were not there before.
    var added: [FunctionResource] = []
    /// What changes at the next start only, in words.
    var pending: [String] = []

    var isEmpty: Bool { changed.isEmpty && added.isEmpty && pending.isEmpty }

    init(from old: Application, to new: Application) {
        let before = Dictionary(old.functions.map { ($0.logicalID, $0) }) { $1 }
        for function in new.functions {
            guard let known = before[function.logicalID] else {
                added.append(function)
                continue
            }
            guard known != function else { continue }
            if Self.isRedeployable(known, function) {
                changed.append(function)
            } else {
                pending.append(function.logicalID)
            }
        }
        let remaining = Set(new.functions.map(\.logicalID))
        pending += old.functions.map(\.logicalID).filter { !remaining.contains($0) }.map { "\($0), which is gone" }
        let names = Set(added.map(\.functionName))
        let added = added
        for (kind, isSame) in [
            ("function URLs", old.functionURLs == new.functionURLs), ("layers", old.layers == new.layers),
            ("APIs", old.apis == new.apis), ("buckets", old.buckets == new.buckets),
            ("topics", old.topics == new.topics), ("queues", old.queues == new.queues),
            ("subscriptions", old.subscriptions == new.subscriptions),
            ("event invoke configurations", old.eventInvokeConfigs == new.eventInvokeConfigs),
            ("endpoints", old.endpoints == new.endpoints),
            ("versions", old.versions == new.versions.filter { !names.contains($0.functionName) }),
            ("aliases", old.aliases == new.aliases.filter { !names.contains($0.functionName) }),
            (
                "permissions",
                old.permissions
                    == new.permissions.filter { permission in !added.contains { permission.isAbout($0) } }
            ),
        ] where !isSame {
            pending.append(kind)
        }
    }

    /// Whether the same function is there with other code or another configuration.
    private static func isRedeployable(_ old: FunctionResource, _ new: FunctionResource) -> Bool {
        old.functionName == new.functionName && old.tags == new.tags
    }
}
