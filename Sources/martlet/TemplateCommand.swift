// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CloudFormation
import Foundation

struct TemplateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "template",
        abstract: "Show what a template describes, and what of it is not executed here.",
        discussion: """
            Nothing is started. Functions of the template are resolved, events are found where they come from.

            Examples:
              martlet template                       template.json, or template.yaml
              martlet template cdk.out/Birds.template.json --parameter Stage=test
              martlet template --json | jq '.functions[].functionName'
            """)

    @Argument(
        help: "The template: AWS SAM or CloudFormation, in JSON or YAML.",
        completion: .file(extensions: ["json", "yaml", "yml"]))
    var template = "template.json"

    @OptionGroup var stack: StackArguments

    @Flag(help: "Print the resources as JSON.")
    var json = false

    func run() throws {
        let file = try stack.template(template)
        let settings = StackSettings(
            account: stack.account, region: stack.region, parameters: stack.parameterValues,
            imports: stack.importValues)
        let bytes = Array(try Data(contentsOf: file))
        let application: Application
        do throws(TemplateError) {
            application = try Application(template: bytes, file: template, settings: settings)
        } catch {
            throw Refused(description: error.description)
        }
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return Console.output(String(decoding: try encoder.encode(application), as: UTF8.self))
        }
        Console.output(ResourceTable(application).text)
        application.diagnostics.filter { $0.severity != .note }.forEach { Console.note("\($0)") }
    }
}
