// SPDX-License-Identifier: Apache-2.0
import Foundation

extension PackageContents {
    /// Everything in a folder.
    ///
    /// Blocks. A link with an absolute target is packed as the file that it leads to.
    ///
    /// - Throws: ``PackagingError`` for what does not belong in a package, the system's error for what cannot be read.
    public init(folder: String) throws {
        self.init()
        guard FileManager.default.fileExists(atPath: folder) else {
            throw PackagingError("The folder \(folder) is not there. Build the function first.")
        }
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            try add(file: "\(folder)/\(path)", as: path, skippingFolders: true)
        }
    }

    /// Adds a file, or all files of a folder.
    ///
    /// Blocks.
    ///
    /// - Throws: as ``init(folder:)``.
    public mutating func add(file: String, as path: String) throws {
        try add(file: file, as: path, skippingFolders: false)
    }

    private mutating func add(file: String, as path: String, skippingFolders: Bool) throws {
        let attributes = try FileManager.default.attributesOfItem(atPath: file)
        switch attributes[.type] as? FileAttributeType {
        case .typeRegular:
            try add(
                Entry(
                    path: path, source: .file(file), size: (attributes[.size] as? Int) ?? 0,
                    isExecutable: ((attributes[.posixPermissions] as? Int) ?? 0) & 0o111 != 0))
        case .typeSymbolicLink:
            let target = try FileManager.default.destinationOfSymbolicLink(atPath: file)
            guard target.hasPrefix("/") else {
                return try add(Entry(path: path, source: .link(target), size: 0, isExecutable: false))
            }
            try add(file: URL(filePath: file).resolvingSymlinksInPath().path, as: path)
        case .typeDirectory:
            guard !skippingFolders else { return }
            for name in try FileManager.default.subpathsOfDirectory(atPath: file) {
                try add(file: "\(file)/\(name)", as: "\(path)/\(name)", skippingFolders: true)
            }
        default:
            throw PackagingError("\(file) is neither file, folder nor link: it cannot be packed.")
        }
    }
}
