// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation

/// What a template is read with: its parameters, and where it is deployed to.
struct StackArguments: ParsableArguments {
    @Option(name: .customLong("parameter"), help: "A value for a parameter of the template.")
    var parameters: [Assignment] = []

    @Option(name: .customLong("import"), help: "The value of what another stack exports, for Fn::ImportValue.")
    var imports: [Assignment] = []

    @Option(help: "The account that everything belongs to: twelve digits.")
    var account = "000000000000"

    @Option(help: "The region; by default AWS_REGION, else us-east-1.")
    var region = ProcessInfo.processInfo.environment["AWS_REGION"] ?? "us-east-1"

    func validate() throws {
        guard account.count == 12, account.allSatisfy({ $0.isASCII && $0.isNumber }) else {
            throw ValidationError("--account takes twelve digits, not '\(account)'.")
        }
    }

    var parameterValues: [String: String] { Dictionary(parameters.map { ($0.name, $0.value) }) { $1 } }
    var importValues: [String: String] { Dictionary(imports.map { ($0.name, $0.value) }) { $1 } }

    /// The template of that name; where the usual one is missing, the one that is written in YAML.
    ///
    /// - Throws: `ValidationError` when it is not there.
    func template(_ path: String) throws -> URL {
        let names = path == "template.json" ? [path, "template.yaml", "template.yml"] : [path]
        guard let found = names.first(where: { FileManager.default.fileExists(atPath: $0) }) else {
            throw ValidationError(
                "There is no template \(path). Name one, run the command where template.json is, or make a package "
                    + "with 'martlet init'.")
        }
        return URL(filePath: found)
    }
}

/// A parameter of the template and its value, given as `Name=Value`; the value may be empty or hold `=` itself.
struct Assignment: ExpressibleByArgument {
    let name: String
    let value: String

    init?(argument: String) {
        guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else { return nil }
        name = String(argument[..<equals])
        value = String(argument[argument.index(after: equals)...])
    }
}
