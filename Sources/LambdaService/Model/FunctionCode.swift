// SPDX-License-Identifier: Apache-2.0

/// A function's code: a folder with an executable `bootstrap`.
public struct FunctionCode: Sendable, Equatable, Codable {
    /// An absolute path.
    public var folder: String
    /// Base64 of the SHA-256 of the zip file, or of what stands for it.
    public var sha256: String
    /// Bytes of the zip file, or of what stands for it.
    public var size: Int
    /// The folder that stands for `/opt`: the function's layers, merged; nil without layers.
    public var optFolder: String?
    /// The zip file itself; nil for code that came as a folder.
    public var archive: String?
    /// Bytes of the files that the zip file holds; 0 for code that came as a folder.
    public var unzippedSize: Int

    /// Code that is there already.
    public init(
        folder: String, sha256: String, size: Int, optFolder: String? = nil, archive: String? = nil,
        unzippedSize: Int = 0
    ) {
        self.folder = folder
        self.sha256 = sha256
        self.size = size
        self.optFolder = optFolder
        self.archive = archive
        self.unzippedSize = unzippedSize
    }
}

extension FunctionConfiguration {
    /// Takes other code; the layers stay.
    mutating func replaceCode(_ code: FunctionCode) {
        let optFolder = self.code.optFolder
        self.code = code
        self.code.optFolder = optFolder
    }
}
