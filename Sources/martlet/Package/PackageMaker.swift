// SPDX-License-Identifier: Apache-2.0
import AWSWire
import ELF
import Emulator
import Foundation
import JSON
import Packaging

/// A zip file that was made.
struct MadePackage {
    var item: PackageItem
    var zip: PackedZip
    /// Bytes of what it unpacks to.
    var unzipped: Int
    /// The libraries of a bundle; none for a static program.
    var libraries: [String]
    /// The newest version of glibc's symbols that it needs, which a bundle brings along.
    var glibc: String?
    /// What it needs of the machine that it runs on.
    var needs: String?
}

/// Makes zip files, and leaves those alone that are made of what they would be made of again.
struct PackageMaker {
    let root: URL
    let output: URL
    let added: [String]
    let prefix: String?
    let sdk: String?
    private var tools: Toolchain?
    private var curl: StaticCurl?

    init(root: URL, output: URL, added: [String], prefix: String?, sdk: String?) {
        self.root = root
        self.output = output
        self.added = added
        self.prefix = prefix
        self.sdk = sdk
    }

    mutating func make(_ item: PackageItem) throws -> MadePackage {
        let path = output.appending(path: "\(item.name).zip").path
        if case .zip(let source) = item.code { return try copy(source, to: path, item) }
        var program: StaticBuild.Program?
        var contents: PackageContents
        switch item.code {
        case .product(let product):
            let built = try build(product)
            program = built
            contents = PackageContents()
            try contents.add(file: built.file.path, as: "bootstrap")
        case .executable(let file):
            contents = PackageContents()
            try contents.add(file: URL(filePath: file).resolvingSymlinksInPath().path, as: "bootstrap")
        case .folder(let folder), .zip(let folder):
            contents = try PackageContents(folder: folder)
        }
        for argument in added where !item.isLayer {
            let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
            let name = URL(filePath: parts[0]).lastPathComponent
            try contents.add(
                file: parts[0].hasSuffix("/") ? String(parts[0].dropLast()) : parts[0],
                as: parts.count == 2 ? parts[1] : name)
        }
        let images = try Self.images(contents)
        let needs = item.hasBootstrap ? try contents.bootstrapNeeds() : nil
        let libraries =
            item.hasBootstrap ? try contents.bundle(name: item.name, for: item.machine, try toolchain()) : []
        let zip = try write(contents, to: path, item, program, libraries.map(\.path))
        return MadePackage(
            item: item, zip: zip, unzipped: contents.size, libraries: libraries.map(\.name),
            glibc: LibraryClosure.newestGLIBC(images + libraries.map(\.image)), needs: needs)
    }

    private mutating func toolchain() throws -> Toolchain {
        if let tools { return tools }
        let found = try Toolchain()
        tools = found
        return found
    }

    private mutating func build(_ product: String) throws -> StaticBuild.Program {
        let tools = try toolchain()
        guard let package = SwiftPackage.root(of: root) else {
            throw PackagingError("There is no Package.swift in \(root.path) or above, so no product \(product).")
        }
        let libraries: StaticBuild.Libraries
        if let sdk {
            libraries = .sdk(sdk)
        } else {
            let found =
                try curl ?? prefix.map { try StaticCurl(prefix: URL(filePath: $0).absoluteURL) }
                ?? StaticCurl(cache: Self.cache, progress: Console.note, transient: Console.transient)
            curl = found
            libraries = .curl(found)
        }
        return try StaticBuild(package: package, libraries: libraries, tools: tools)
            .program(product, progress: Console.note, transient: Console.transient)
    }

    private static var cache: URL {
        let variables = ProcessInfo.processInfo.environment
        if let folder = variables["XDG_CACHE_HOME"], folder.hasPrefix("/") {
            return URL(filePath: folder).appending(path: "martlet")
        }
        return FileManager.default.homeDirectoryForCurrentUser.appending(path: ".cache/martlet")
    }

    /// What the program and the libraries in a package say of themselves.
    private static func images(_ contents: PackageContents) throws -> [ELFImage] {
        contents.entries.compactMap { entry in
            guard case .file(let path) = entry.source else { return nil }
            return try? ELFImage(file: path)
        }
    }

    // MARK: Writing

    private func copy(_ source: String, to path: String, _ item: PackageItem) throws -> MadePackage {
        guard let data = FileManager.default.contents(atPath: source) else {
            throw PackagingError("\(item.name): cannot read the zip file \(source).")
        }
        try data.write(to: URL(filePath: path), options: .atomic)
        return MadePackage(item: item, zip: try PackedZip(path: path), unzipped: 0, libraries: [])
    }

    private func write(
        _ contents: PackageContents, to path: String, _ item: PackageItem, _ program: StaticBuild.Program?,
        _ libraries: [String]
    ) throws -> PackedZip {
        let bill = output.appending(path: "\(item.name).cdx.json")
        let record = output.appending(path: ".made/\(item.name)")
        let stamp = try contents.stamp()
        if let kept = try? String(contentsOf: record, encoding: .utf8), let zip = try? PackedZip(path: path),
            kept == stamp + zip.sha256, FileManager.default.fileExists(atPath: bill.path)
        {
            return zip
        }
        Console.transient("Packing \(item.name) …")
        let zip = try PackedZip.write(contents, to: path, name: item.name)
        Console.transient("Looking up what \(item.name) is made of …")
        let survey = MaterialSurvey(tools: tools)
        var components = survey.components(of: libraries)
        if let program {
            components += survey.components(of: program, package: SwiftPackage.root(of: root) ?? root, curl: curl)
        } else {
            let files = contents.entries.compactMap { entry -> String? in
                guard case .file(let file) = entry.source else { return nil }
                return file
            }
            let known = Set(libraries.map { URL(filePath: $0).resolvingSymlinksInPath().path })
            components += survey.components(of: files.filter { !known.contains($0) })
        }
        let digest = Base64.decode(zip.sha256).map { Hex.encode($0) } ?? ""
        let document = BillOfMaterials(of: item.name, sha256: digest, components: components).document
        try Data((document.indentedText() + "\n").utf8).write(to: bill, options: .atomic)
        try FileManager.default.createDirectory(
            at: record.deletingLastPathComponent(), withIntermediateDirectories: true)
        try (stamp + zip.sha256).write(to: record, atomically: true, encoding: .utf8)
        Console.transient("")
        return zip
    }
}
