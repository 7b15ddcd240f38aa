// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import CloudFormation
import Foundation
import LambdaService

/// Brings the code of a template's functions into folders with a `bootstrap`.
struct FunctionCodeFolder: Sendable {
    /// The template's folder, from which its paths start.
    let templateFolder: URL
    /// Where code is put that is not in a folder already.
    let codeFolder: URL
    /// Copies from which functions run while their code is watched; without them they run from where it is.
    var snapshots: CodeSnapshots?
    let progress: @Sendable (String) -> Void

    /// - Throws: ``EmulatorError`` that names the function and what is missing.
    func prepare(_ function: FunctionResource) throws -> FunctionCode {
        switch function.code {
        case .folder(let path):
            let folder = URL(filePath: path, relativeTo: templateFolder).standardizedFileURL
            guard FileManager.default.fileExists(atPath: folder.path) else {
                throw EmulatorError(
                    "\(function.logicalID): the folder \(folder.path) of its CodeUri is not there. Build the function first."
                )
            }
            if let snapshots {
                var code = try code(in: folder, identifiedBy: folder)
                code.folder = try snapshots.copy(
                    folder: folder, of: function.functionName, identity: Self.name(of: code)
                ).path
                return code
            }
            if !function.runtime.hasPrefix("provided") { return try code(in: folder, identifiedBy: folder) }
            // A missing bootstrap is what its first invocation tells, as on AWS.
            return try code(in: folder, identifiedBy: folder.appending(path: "bootstrap"))
        case .zip(let path):
            return try unpack(path, for: function.logicalID)
        case .swiftProduct(let product):
            return try link(try executable(product), for: function)
        case .s3(let bucket, let key):
            throw Self.inBucket(bucket, key, function.logicalID)
        }
    }

    /// - Throws: ``EmulatorError`` that names the layer and what is missing.
    func prepare(_ layer: LayerResource) throws -> FunctionCode {
        switch layer.code {
        case .folder(let path):
            let folder = URL(filePath: path, relativeTo: templateFolder).standardizedFileURL
            guard let code = try? FunctionCode.folder(folder.path) else {
                throw EmulatorError("\(layer.logicalID): the folder \(folder.path) of the layer cannot be read.")
            }
            return code
        case .zip(let path): return try unpack(path, for: layer.logicalID)
        case .s3(let bucket, let key): throw Self.inBucket(bucket, key, layer.logicalID)
        case .swiftProduct: throw EmulatorError("\(layer.logicalID): a layer is a folder or a zip file.")
        }
    }

    private static func inBucket(_ bucket: String, _ key: String, _ logicalID: String) -> EmulatorError {
        EmulatorError(
            "\(logicalID): code in a bucket (s3://\(bucket)/\(key)) is not supported in a template; name a folder or a zip file."
        )
    }

    /// Where an executable of the Swift package is that the template stands in; built when missing.
    func executable(_ product: String) throws -> URL {
        try package.executable(product, progress: progress)
    }

    /// The Swift package that the template stands in.
    ///
    /// A packaged template stands some folders below.
    var package: SwiftPackage {
        SwiftPackage(folder: SwiftPackage.root(of: templateFolder) ?? templateFolder, prefersNewest: snapshots != nil)
    }

    private func link(_ executable: URL, for function: FunctionResource) throws -> FunctionCode {
        if let snapshots {
            var code = try code(in: executable.deletingLastPathComponent(), identifiedBy: executable)
            code.folder = try snapshots.copy(
                executable: executable, of: function.functionName, identity: Self.name(of: code)
            ).path
            return code
        }
        let folder = codeFolder.appending(path: function.functionName)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let bootstrap = folder.appending(path: "bootstrap")
        try? FileManager.default.removeItem(at: bootstrap)
        try FileManager.default.createSymbolicLink(at: bootstrap, withDestinationURL: executable)
        return try code(in: folder, identifiedBy: executable)
    }

    private func unpack(_ path: String, for logicalID: String) throws -> FunctionCode {
        let zip = URL(filePath: path, relativeTo: templateFolder).standardizedFileURL
        guard let bytes = FileManager.default.contents(atPath: zip.path) else {
            throw EmulatorError("\(logicalID): cannot read the zip file \(zip.path).")
        }
        do {
            return try DeploymentPackage(zip: Bytes(bytes)).unpack(into: codeFolder.path)
        } catch let error as AWSError {
            throw EmulatorError("\(logicalID): \(error.message)")
        }
    }

    /// A name for a copy of code.
    private static func name(of code: FunctionCode) -> String {
        String(code.sha256.filter { $0.isLetter || $0.isNumber }.prefix(20))
    }

    /// Nothing, for a file.
    private static func files(below folder: URL) -> [String] {
        ((try? FileManager.default.subpathsOfDirectory(atPath: folder.path)) ?? []).sorted().map {
            "\(folder.path)/\($0)"
        }
    }

    /// Reading a large executable only for its digest would cost more than starting everything else does, so path, size
    /// and date stand for it; for a folder, those of all that is in it.
    private func code(in folder: URL, identifiedBy file: URL) throws -> FunctionCode {
        var (identity, size) = ("", 0)
        for path in [file.path] + Self.files(below: file) {
            let file = URL(filePath: path).resolvingSymlinksInPath()
            let attributes = try? FileManager.default.attributesOfItem(atPath: file.path)
            let bytes = (attributes?[.size] as? Int) ?? 0
            let date = (attributes?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
            identity += "\(path) \(bytes) \(date)\n"
            size += bytes
        }
        let digest = Checksum.value(.sha256, of: Array(identity.utf8))
        return FunctionCode(folder: folder.path, sha256: Data(digest).base64EncodedString(), size: size)
    }
}
