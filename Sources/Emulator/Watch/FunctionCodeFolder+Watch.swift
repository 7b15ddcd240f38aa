// SPDX-License-Identifier: Apache-2.0
import CloudFormation
import Foundation

extension FunctionCodeFolder {
    /// The files that a function's code is made of; nil for code that is in no file.
    func watchedFiles(of function: FunctionResource) -> WatchedFiles? {
        switch function.code {
        case .folder(let path): .tree(URL(filePath: path, relativeTo: templateFolder).standardizedFileURL)
        case .zip(let path): .files([URL(filePath: path, relativeTo: templateFolder).standardizedFileURL])
        case .swiftProduct(let product): .files(package.candidates(product))
        case .s3: nil
        }
    }

    /// Whether the file is there that is run, among those of a function's code.
    func hasEntry(_ function: FunctionResource, among files: some Collection<String>) -> Bool {
        guard case .folder(let path) = function.code, function.runtime.hasPrefix("provided") else {
            return !files.isEmpty
        }
        let folder = URL(filePath: path, relativeTo: templateFolder).standardizedFileURL
        return files.contains(folder.appending(path: "bootstrap").path)
    }
}
