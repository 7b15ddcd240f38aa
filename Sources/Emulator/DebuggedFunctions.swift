// SPDX-License-Identifier: Apache-2.0
import CloudFormation
import Foundation
import LambdaService
import ServiceProtocols

/// The functions of an application that their developer starts by hand.
struct DebuggedFunctions: Sendable {
    private let functions: [(resource: FunctionResource, port: Int)]

    /// - Parameter named: names or logical ids, and ports.
    /// - Throws: ``EmulatorError`` for a function that the application has not.
    init(_ named: [(function: String, port: Int)], in application: Application) throws {
        functions = try named.map { name, port in
            guard
                let resource = application.functions.first(where: { $0.logicalID == name || $0.functionName == name })
            else {
                let names = application.functions.map(\.logicalID).joined(separator: ", ")
                throw EmulatorError("There is no function \(name) to debug. The template has \(names).")
            }
            return (resource, port)
        }
    }

    /// Whether a function is one of them.
    func contains(_ function: FunctionResource) -> Bool {
        functions.contains { $0.resource.logicalID == function.logicalID }
    }

    /// The application as it is deployed: no process of theirs is kept ready.
    func removeProvisioned(from application: Application) -> Application {
        var application = application
        let names = Set(functions.map(\.resource.functionName))
        for index in application.versions.indices where names.contains(application.versions[index].functionName) {
            application.versions[index].provisionedConcurrency = nil
        }
        for index in application.aliases.indices where names.contains(application.aliases[index].functionName) {
            application.aliases[index].provisionedConcurrency = nil
        }
        return application
    }

    /// Opens their ports, and tells how to start them.
    func attach(to services: Services, _ code: FunctionCodeFolder, note: (String) -> Void) async throws {
        for (resource, port) in functions {
            var attachment: LambdaService.Attachment
            do throws(ServiceError) {
                attachment = try await services.lambda.attach(resource.functionName, port: port)
            } catch {
                throw EmulatorError("\(resource.logicalID) cannot be debugged: \(error.message)")
            }
            if case .swiftProduct(let product) = resource.code {
                attachment.executable = try code.executable(product).path
            }
            note(
                "\(resource.logicalID) waits at \(attachment.address) for you to start it, in a debugger for one:\n"
                    + "  \(attachment.commandLine)")
        }
    }
}

extension LambdaService.Attachment {
    /// What a shell runs: the debugger goes before the executable.
    ///
    /// The paths of programs and libraries stay the shell's own.
    var commandLine: String {
        let own: Set = ["PATH", "LD_LIBRARY_PATH"]
        let assignments = variables.filter { !own.contains($0.key) }.sorted { $0.key < $1.key }
            .map { "\($0.key)=\($0.value.shellQuoted)" }
        let command = ([executable] + arguments).map(\.shellQuoted)
        return "cd \(folder.shellQuoted) && env \((assignments + command).joined(separator: " "))"
    }
}

extension String {
    /// The text as one word of a POSIX shell.
    var shellQuoted: String {
        let isPlain =
            !isEmpty
            && utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "/._-:=,@%+".utf8.contains(byte)
                }
            }
        return isPlain ? self : "'\(replacing("'", with: "'\\''"))'"
    }
}
