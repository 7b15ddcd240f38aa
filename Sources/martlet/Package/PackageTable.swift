// SPDX-License-Identifier: Apache-2.0
import ELF
import JSON
import Packaging

/// How packages are shown.
enum PackageTable {
    static func text(_ made: [MadePackage], _ figures: [String: ProofFigures]) -> String {
        var table = TextTable([
            ("package", .left), ("zipped", .right), ("unzipped", .right), ("form", .left), ("cold start", .right),
            ("memory", .right), ("CodeSha256", .left),
        ])
        for package in made {
            let figures = figures[package.item.name]
            table.add([
                "\(package.item.name)", "\(PackageLimits.text(package.zip.size))",
                "\(package.unzipped == 0 ? "" : PackageLimits.text(package.unzipped))", "\(package.form)",
                "\(figures?.coldMilliseconds.map { "\(Figures.significant($0)) ms" } ?? "")",
                "\(figures?.memoryMegabytes.map { "\($0) MB" } ?? "")", "\(package.zip.sha256)",
            ])
        }
        return table.text
    }
}

extension MadePackage {
    /// In a few words.
    var form: String {
        if item.isLayer { return "layer" }
        if case .zip = item.code { return "as it is" }
        if libraries.isEmpty { return needs == nil ? "static" : "script" }
        return "bundle, \(libraries.count) libraries" + (glibc.map { ", \($0)" } ?? "")
    }

    /// For programs.
    func document(_ figures: ProofFigures?) -> JSONValue {
        var members: [String: JSONValue] = [
            "name": .string(item.name), "zip": .string(zip.path), "codeSha256": .string(zip.sha256),
            "codeSize": .integer(Int64(zip.size)), "unzippedSize": .integer(Int64(unzipped)),
            "architecture": .string(item.machine.rawValue), "form": .string(form),
            "libraries": .array(libraries.map { .string($0) }),
        ]
        if let glibc { members["glibc"] = .string(glibc) }
        if let cold = figures?.coldMilliseconds { members["coldStartMilliseconds"] = .number(cold) }
        if let memory = figures?.memoryMegabytes { members["memoryMegabytes"] = .integer(Int64(memory)) }
        if let figures { members["proved"] = .bool(figures.isProved) }
        return .object(members)
    }
}
