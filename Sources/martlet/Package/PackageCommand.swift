// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CloudFormation
import ELF
import Emulator
import Foundation
import JSON
import LambdaService
import Packaging

struct PackageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "package",
        abstract: "Make zip files of functions for provided.al2 and provided.al2023, and prove them.",
        discussion: """
            Swift products are built static. A program that stays dynamic is bundled with its libraries, the C library
            among them. The proof starts the very zip files in an empty root and plays events/ through them. Beside
            the zip files: a template that names them, and what they are made of, as CycloneDX. See docs/packaging.md.

            Examples:
              martlet package                                   all functions and layers of template.json
              martlet package Resize --event events/upload.json one of them, proved with one event
              martlet package --product Resize                  a product of the Swift package, without a template
              martlet package --executable build/resize --add models/=models
              martlet start .build/lambda/template.json         run what ships
            """)

    @Argument(help: "Functions of the template, by name or logical id; all of them when none is named.")
    var functions: [String] = []

    @Option(help: "The template.", completion: .file(extensions: ["json", "yaml", "yml"]))
    var template = "template.json"

    @Option(help: "In place of a template: an executable product of the Swift package here.")
    var product: String?

    @Option(help: "In place of a template: any executable for Linux.", completion: .file())
    var executable: String?

    @Option(name: .shortAndLong, help: "The folder for what is made.", completion: .directory)
    var output = ".build/lambda"

    @Option(help: "x86_64 or arm64; by default what the template says, else this machine's.")
    var arch: String?

    @Option(help: "A file or folder to pack too, FILE=PATH to give it another place in the package.")
    var add: [String] = []

    @Option(help: "A folder whose lib/ has a static libcurl to link, in place of the one that is built.")
    var staticPrefix: String?

    @Option(help: "A static Swift SDK to build with (swift sdk list), in place of the toolchain's libraries.")
    var swiftSdk: String?

    @Flag(inversion: .prefixedNo, help: "Prove the zip files in an empty root (needs bubblewrap).")
    var verify = true

    @Option(help: "The events of the proof; by default events/ beside the template.", completion: .directory)
    var events: String?

    @Option(help: "One event for the proof in place of those: JSON, a file, or - for the standard input.")
    var event: String?

    @Flag(help: "Print what was made as JSON.")
    var json = false

    @OptionGroup var stack: StackArguments

    func validate() throws {
        guard [product, executable].compactMap(\.self).count + (functions.isEmpty ? 0 : 1) <= 1 else {
            throw ValidationError("Name functions of the template, or --product, or --executable: one of the three.")
        }
        guard event == nil || events == nil else { throw ValidationError("Give --event or --events, not both.") }
        if let arch, ELFImage.Machine(rawValue: arch) == nil {
            throw ValidationError("--arch is x86_64 or arm64, not '\(arch)'.")
        }
    }

    func run() async throws {
        do {
            try await package()
        } catch let error as PackagingError {
            throw Refused(description: error.description)
        }
    }

    private func package() async throws {
        let plan = try plan()
        let output = URL(filePath: output, directoryHint: .isDirectory)
        try FileManager.default.createDirectory(at: output, withIntermediateDirectories: true)
        var maker = PackageMaker(
            root: plan.folder, output: output, added: add, prefix: staticPrefix, sdk: swiftSdk)
        var made: [MadePackage] = []
        for item in plan.items { made.append(try maker.make(item)) }
        let packaged = try plan.write(made, to: output)
        var figures: [String: ProofFigures] = [:]
        if verify {
            let proof = PackageProof(
                template: packaged, packages: made.filter { !$0.item.isLayer }, events: try eventsFolder(plan),
                event: try event.map { try EventArgument.read($0) }, isWhole: functions.isEmpty, stack: stack,
                record: output.appending(path: ".made/proof.json"))
            figures = try await proof.run()
        }
        show(made, figures, packaged)
    }

    private func plan() throws -> PackagePlan {
        let machine = arch.flatMap { ELFImage.Machine(rawValue: $0) }
        if let product { return PackagePlan(name: product, code: .product(product), machine) }
        if let executable {
            guard FileManager.default.isExecutableFile(atPath: executable) else {
                throw ValidationError("There is no executable \(executable).")
            }
            return PackagePlan(name: (executable as NSString).lastPathComponent, code: .executable(executable), machine)
        }
        return try PackagePlan(template: try stack.template(template), named: functions, machine, stack)
    }

    private func eventsFolder(_ plan: PackagePlan) throws -> String? {
        guard event == nil, plan.template != nil else { return nil }
        if let events { return events }
        let folder = plan.folder.appending(path: "events").path
        return functions.isEmpty && FileManager.default.fileExists(atPath: folder) ? folder : nil
    }

    private func show(_ made: [MadePackage], _ figures: [String: ProofFigures], _ template: URL) {
        if json {
            let packages = made.map { $0.document(figures[$0.item.name]) }
            return Console.output(
                JSONValue.object(["packages": .array(packages), "template": .string(template.path)]).indentedText())
        }
        Console.output(PackageTable.text(made, figures))
        Console.output("\n\(template.relativePath)")
    }
}
