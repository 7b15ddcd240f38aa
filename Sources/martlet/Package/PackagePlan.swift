// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CloudFormation
import ELF
import Foundation
import JSON
import LambdaService
import Packaging

/// One function or layer that is to become a zip file.
struct PackageItem {
    enum Code {
        /// An executable product of the Swift package.
        case product(String)
        case executable(String)
        case folder(String)
        /// A zip file that is there already.
        case zip(String)
    }

    /// The logical id, else the name of the product or executable.
    var name: String
    var code: Code
    var machine: ELFImage.Machine
    /// Whether it is a function for `provided` runtimes, whose `bootstrap` is to start anywhere.
    var hasBootstrap = true
    var isLayer = false
}

/// What is packaged, and the template that names it.
struct PackagePlan {
    let items: [PackageItem]
    /// The template that was read; nil for a program of its own.
    let template: URL?
    /// The folder of the template.
    let folder: URL

    private static let own = ELFImage.Machine(rawValue: Architecture.ofThisMachine) ?? .x86_64

    /// A program without a template.
    init(name: String, code: PackageItem.Code, _ machine: ELFImage.Machine?) {
        items = [PackageItem(name: name, code: code, machine: machine ?? Self.own)]
        template = nil
        folder = URL(filePath: ".", directoryHint: .isDirectory).absoluteURL
    }

    /// The functions and layers of a template, or some of its functions.
    init(template: URL, named names: [String], _ machine: ELFImage.Machine?, _ stack: StackArguments) throws {
        self.template = template
        folder = template.absoluteURL.deletingLastPathComponent()
        let settings = StackSettings(
            account: stack.account, region: stack.region, parameters: stack.parameterValues,
            imports: stack.importValues)
        let text = [UInt8](try Data(contentsOf: template))
        let application: Application
        do throws(TemplateError) {
            application = try Application(template: text, file: template.relativePath, settings: settings)
        } catch {
            throw Refused(description: error.description)
        }
        let known = application.functions.flatMap { [$0.logicalID, $0.functionName] }
        if let stranger = names.first(where: { !known.contains($0) }) {
            let all = application.functions.map(\.logicalID).joined(separator: ", ")
            throw ValidationError("\(template.relativePath) has no function \(stranger). It has \(all).")
        }
        var items: [PackageItem] = []
        for function in application.functions
        where names.isEmpty || names.contains(function.logicalID) || names.contains(function.functionName) {
            items.append(try Self.item(function, machine, folder))
        }
        if names.isEmpty {
            for layer in application.layers {
                let code = try Self.code(layer.code, layer.logicalID, folder)
                items.append(
                    PackageItem(
                        name: layer.logicalID, code: code, machine: machine ?? Self.own, hasBootstrap: false,
                        isLayer: true))
            }
        }
        self.items = items
    }

    /// Writes the template that names the zip files.
    func write(_ made: [MadePackage], to output: URL) throws -> URL {
        let locations = Dictionary(made.map { ($0.item.name, "\($0.item.name).zip") }) { $1 }
        guard let template else {
            let file = output.appending(path: "\(items[0].name).template.json")
            try Data((Self.document(items[0]).indentedText() + "\n").utf8).write(to: file, options: .atomic)
            return file
        }
        let original = [UInt8](try Data(contentsOf: template))
        let text: String
        do throws(TemplateError) {
            text = try PackagedTemplate.text(original, file: template.relativePath, locations: locations)
        } catch {
            throw Refused(description: error.description)
        }
        let file = output.appending(path: "template.json")
        try Data(text.utf8).write(to: file, options: .atomic)
        return file
    }

    private static func item(
        _ function: FunctionResource, _ machine: ELFImage.Machine?, _ folder: URL
    ) throws -> PackageItem {
        let said = function.architectures.first.flatMap { ELFImage.Machine(rawValue: $0) }
        if let said, let machine, said != machine {
            throw Refused(
                description:
                    "\(function.logicalID) is for \(said.rawValue) by its Architectures, not for \(machine.rawValue).")
        }
        return PackageItem(
            name: function.logicalID, code: try code(function.code, function.logicalID, folder),
            machine: said ?? machine ?? own, hasBootstrap: function.runtime.hasPrefix("provided"))
    }

    private static func code(
        _ code: FunctionResource.Code, _ logicalID: String, _ folder: URL
    ) throws -> PackageItem.Code {
        switch code {
        case .swiftProduct(let product): .product(product)
        case .folder(let path): .folder(URL(filePath: path, relativeTo: folder).standardizedFileURL.path)
        case .zip(let path): .zip(URL(filePath: path, relativeTo: folder).standardizedFileURL.path)
        case .s3(let bucket, let key):
            throw Refused(description: "\(logicalID): its code is in a bucket already, s3://\(bucket)/\(key).")
        }
    }

    /// A template with one function.
    private static func document(_ item: PackageItem) -> JSONValue {
        .object([
            "AWSTemplateFormatVersion": "2010-09-09",
            "Transform": "AWS::Serverless-2016-10-31",
            "Resources": .object([
                logicalID(item.name): .object([
                    "Type": "AWS::Serverless::Function",
                    "Properties": .object([
                        "FunctionName": .string(logicalID(item.name)), "CodeUri": .string("\(item.name).zip"),
                        "Handler": .string(item.name), "Runtime": "provided.al2023",
                        "Architectures": .array([.string(item.machine.rawValue)]), "Timeout": 30,
                    ]),
                ])
            ]),
        ])
    }

    /// Letters and digits only, as CloudFormation wants them.
    static func logicalID(_ name: String) -> String {
        let kept = name.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
        return kept.isEmpty ? "Function" : kept
    }
}
