// SPDX-License-Identifier: Apache-2.0
public import ELF
import Foundation

extension PackageContents {
    /// Makes the package's `bootstrap` start anywhere: a static one stays as it is, a dynamic one gets its libraries,
    /// the C library and its loader among them, and is started through these.
    ///
    /// Blocks.
    ///
    /// - Returns: the libraries, none for what needs none.
    /// - Throws: ``PackagingError`` for a program for another processor, or with libraries that are nowhere.
    public mutating func bundle(
        name: String, for machine: ELFImage.Machine, _ tools: @autoclosure () throws -> Toolchain
    ) throws -> [LibraryClosure.Library] {
        guard let bootstrap = self["bootstrap"], case .file(let path) = bootstrap.source else { return [] }
        let image: ELFImage
        do {
            image = try ELFImage(file: path)
        } catch ELFImage.Failure.notELF {
            // A script: what it needs is told by its run.
            return []
        } catch let failure as ELFImage.Failure {
            throw PackagingError("\(path) is no program for Lambda: \(failure.words).")
        }
        guard image.machine == machine else {
            throw PackagingError(
                "\(path) is for \(image.machine.rawValue), the function for \(machine.rawValue). "
                    + "Build it for \(machine.rawValue), or say --arch \(image.machine.rawValue).")
        }
        guard !image.isStatic else { return [] }
        guard let interpreter = image.interpreter else {
            throw PackagingError("\(path) is a library: it has no loader, so it cannot be started.")
        }
        let program = LibraryClosure.Library(name: name, path: path, image: image)
        let folders = LibraryFolders()
        let closure = try LibraryClosure(of: program) { name, user in
            // The package's own come first.
            guard case .file(let own)? = self["lib/\(name)"]?.source else { return folders.find(name, for: user) }
            return LibraryClosure.Library(name: name, path: own, image: try ELFImage(file: own))
        }
        let loader = (interpreter as NSString).lastPathComponent
        var libraries = closure.libraries
        if !libraries.contains(where: { $0.name == loader }) {
            libraries.append(
                LibraryClosure.Library(name: loader, path: interpreter, image: try ELFImage(file: interpreter)))
        }
        remove("bootstrap")
        try add(file: path, as: "bin/\(name)")
        for library in libraries where self["lib/\(library.name)"] == nil {
            try add(file: URL(filePath: library.path).resolvingSymlinksInPath().path, as: "lib/\(library.name)")
        }
        let launcher = try Launcher.make(program: name, loader: loader, machine: machine, tools())
        try add(
            Entry(path: "bootstrap", source: .bytes(launcher), size: launcher.count, isExecutable: true))
        makeExecutable("lib/\(loader)")
        return libraries
    }
}

extension ELFImage.Failure {
    /// For messages.
    var words: String {
        switch self {
        case .notELF: "it is no ELF file"
        case .foreign(let reason): reason
        case .damaged: "its parts are not where it says"
        }
    }
}
