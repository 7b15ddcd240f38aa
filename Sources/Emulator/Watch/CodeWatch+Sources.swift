// SPDX-License-Identifier: Apache-2.0
import CloudFormation
import EventLoop
import Foundation

/// Builds, and edits of the template.
extension CodeWatch {
    /// A source has changed.
    func startBuild() {
        guard building == nil else {
            mustBuildAgain = true
            return
        }
        building = loop.spawn { await self.buildProducts() }
    }

    private func buildProducts() async {
        repeat {
            mustBuildAgain = false
            for product in products where !isStopped && !mustBuildAgain {
                reporting.transient("building \(product) …")
                let outcome = await build.build(product)
                if case .failed(let reason) = outcome, !isStopped {
                    reporting.progress("building \(product) failed; it runs on as it was\n\(reason)")
                    break
                }
            }
        } while mustBuildAgain && !isStopped
        building = nil
    }

    func lookAtTemplate() async {
        let name = template.lastPathComponent
        guard let text = FileManager.default.contents(atPath: template.path) else { return }
        let new: Application
        do {
            new = try read([UInt8](text))
        } catch {
            return reporting.progress("\(name) cannot be used as it is now:\n\(error)")
        }
        let change = TemplateChange(from: deployment.application, to: new)
        guard !change.isEmpty else { return }
        let pending = change.changed.filter(debugged.contains).map(\.logicalID) + change.pending
        for function in change.changed where !debugged.contains(function) {
            await redeploy(function, of: new, "changed")
        }
        for function in change.added { await redeploy(function, of: new, "added") }
        if !pending.isEmpty {
            reporting.progress(
                "\(name): start martlet again for what has changed of \(pending.joined(separator: ", "))")
        }
    }

    /// Deploys a function as a new template describes it.
    private func redeploy(_ function: FunctionResource, of new: Application, _ what: String) async {
        do {
            if what == "added" {
                try await deployment.add(function, of: new)
            } else {
                let code = deployment.code
                try await deployment.redeploy(function, try await loop.offload { try code.prepare(function) })
            }
            deployment.application.functions.removeAll { $0.logicalID == function.logicalID }
            deployment.application.functions.append(function)
            deployment.application.permissions = new.permissions
            deployment.application.versions = new.versions
            deployment.application.aliases = new.aliases
            reporting.progress("\(template.lastPathComponent): \(function.logicalID) is \(what)")
            await watch(function)
        } catch {
            reporting.progress("\(error)")
        }
    }
}
