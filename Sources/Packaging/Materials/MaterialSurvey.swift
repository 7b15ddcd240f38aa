// SPDX-License-Identifier: Apache-2.0
import AWSWire
public import Foundation

/// Finds out of what packages files of this machine are.
public struct MaterialSurvey {
    private let tools: Toolchain?

    /// - Parameter tools: what builds were made with; nil when there were none.
    public init(tools: Toolchain?) {
        self.tools = tools
    }

    /// The components of a static program.
    ///
    /// Blocks.
    ///
    /// - Parameter package: the Swift package that it was built of.
    public func components(of program: StaticBuild.Program, package: URL, curl: StaticCurl?) -> [BillOfMaterials
        .Component]
    {
        let archives = program.inputs.filter { $0.hasSuffix(".a") || $0.hasPrefix("/usr/") || $0.hasPrefix("/lib/") }
        var components = self.components(of: archives.filter { $0 != curl.map { "\($0.prefix.path)/lib/libcurl.a" } })
        if let curl, let manifest = curl.manifest {
            components.append(
                .init(
                    name: "curl", version: manifest.version,
                    purl: "pkg:deb/debian/curl@\(Self.escaped(manifest.version))?arch=source", sha256: manifest.library)
            )
        }
        let targets = program.inputs.compactMap { path in
            path.split(separator: "/").first { $0.hasSuffix(".build") && $0 != ".build" }.map { String($0.dropLast(6)) }
        }
        return components + Self.pins(of: package, program.checkouts, targets: Set(targets))
    }

    /// The components that some files are of: Debian's packages, the toolchain, or each file for itself.
    ///
    /// Blocks.
    public func components(of files: [String]) -> [BillOfMaterials.Component] {
        let swift = tools.map { "\($0.folder.deletingLastPathComponent().path)/" }
        let ofSwift = files.filter { file in swift.map { file.hasPrefix($0) } ?? false }
        var components: [BillOfMaterials.Component] = []
        if let tools, !ofSwift.isEmpty {
            components.append(
                .init(
                    name: "swift", version: tools.version,
                    purl: "pkg:github/swiftlang/swift@swift-\(tools.version)-RELEASE"))
        }
        let others = Set(files).subtracting(ofSwift).sorted()
        let owners = DebianPackages.owners(of: others)
        components += Set(owners.values).map {
            .init(
                name: $0.name, version: $0.version,
                purl: "pkg:deb/debian/\($0.name)@\(Self.escaped($0.version))?arch=\($0.architecture)")
        }
        for file in others where owners[file] == nil {
            guard let data = try? Data(contentsOf: URL(filePath: file), options: .mappedIfSafe) else { continue }
            let digest = data.withUnsafeBytes { Checksum.value(.sha256, of: $0) }
            components.append(
                .init(name: (file as NSString).lastPathComponent, version: "", sha256: Hex.encode(digest)))
        }
        return components
    }

    private static func escaped(_ version: String) -> String {
        URIEncoding.encode(version)
    }

    /// The packages of `Package.resolved` that have one of the targets.
    private static func pins(
        of package: URL, _ checkouts: URL, targets: Set<String>
    ) -> [BillOfMaterials.Component] {
        struct Resolved: Decodable {
            struct Pin: Decodable { var identity: String, location: String, state: State }
            struct State: Decodable { var version: String?, revision: String? }
            var pins: [Pin]
        }
        let data = try? Data(contentsOf: package.appending(path: "Package.resolved"))
        let pins = data.flatMap { try? JSONDecoder().decode(Resolved.self, from: $0) }?.pins ?? []
        return pins.compactMap { pin in
            let name = URL(filePath: pin.location).deletingPathExtension().lastPathComponent
            let folders = ["\(pin.identity)", name].map {
                checkouts.appending(path: "\($0)/Sources")
            }
            let own = folders.flatMap { (try? FileManager.default.contentsOfDirectory(atPath: $0.path)) ?? [] }
            guard !targets.isDisjoint(with: own) else { return nil }
            let version = pin.state.version ?? pin.state.revision ?? ""
            let place = pin.location.replacing("https://", with: "").replacing(".git", with: "")
            return .init(name: name, version: version, purl: "pkg:swift/\(place)@\(version)")
        }
    }
}

/// What dpkg knows of files.
enum DebianPackages {
    struct Package: Hashable {
        var name: String
        var version: String
        var architecture: String
    }

    /// The packages that files are of; nothing where there is no dpkg.
    ///
    /// Blocks.
    static func owners(of files: [String]) -> [String: Package] {
        guard !files.isEmpty else { return [:] }
        // Since /lib is a link to /usr/lib, dpkg may know a file by either name.
        var names: [String: String] = [:]
        for file in files {
            let real = URL(filePath: file).resolvingSymlinksInPath().path
            for name in [file, real] {
                names[name] = file
                if name.hasPrefix("/usr/lib") { names[String(name.dropFirst(4))] = file }
                if name.hasPrefix("/lib") { names["/usr\(name)"] = file }
            }
        }
        var owners: [String: String] = [:]
        for line in lines(["dpkg-query", "--search"] + names.keys.sorted()) {
            guard let colon = line.range(of: ": "), let file = names[String(line[colon.upperBound...])] else {
                continue
            }
            owners[file] = String(line[..<colon.lowerBound].split(separator: ",")[0])
        }
        var packages: [String: Package] = [:]
        let format = "${binary:Package} ${Package} ${Version} ${Architecture}\\n"
        for line in lines(["dpkg-query", "--show", "--showformat=\(format)"] + Set(owners.values).sorted()) {
            let words = line.split(separator: " ").map(String.init)
            guard words.count == 4 else { continue }
            let package = Package(name: words[1], version: words[2], architecture: words[3])
            packages[words[0]] = package
            packages["\(words[1]):\(words[3])"] = package
        }
        return owners.compactMapValues { packages[$0] }
    }

    /// What a command writes, whatever it thinks of some of its arguments.
    private static func lines(_ command: [String]) -> [String] {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return [] }
        let data = (try? output.fileHandleForReading.readToEnd()) ?? nil
        process.waitUntilExit()
        return String(decoding: data ?? Data(), as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
