// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import EventLoop
import Foundation
import HTTP1
import HTTPServer
public import ServiceProtocols

/// Code: where it comes from, and where it can be had.
extension LambdaService {
    /// Tells the service where the objects are that requests name as code.
    public func connect(objects: any ObjectStoring) {
        self.objects = objects
    }

    /// Gets code from where a request says it is, and unpacks it.
    ///
    /// - Throws: the error that CreateFunction answers with.
    func code(_ source: CodeMembers.Source?) async throws(AWSError) -> FunctionCode {
        switch source {
        case .zip(let zip): return try await unpack(try DeploymentPackage(zip: Bytes(zip)))
        case .object(let bucket, let key):
            return try await unpack(DeploymentPackage(object: try await object(bucket: bucket, key: key)))
        case nil: throw .invalidParameter("Please provide a source for function code.")
        }
    }

    /// Wording: AWS's, as users report it (https://github.com/aws-solutions/aws-waf-security-automations/issues/135).
    private func object(bucket: String, key: String) async throws(AWSError) -> Bytes {
        guard let objects else { throw .invalidParameter("Code from a bucket needs an emulator with buckets.") }
        do throws(ServiceError) {
            return try await objects.getObject(bucket: bucket, key: key).body
        } catch {
            throw .invalidParameter(
                "Error occurred while GetObject. S3 Error Code: \(error.code). S3 Error Message: \(error.message)")
        }
    }

    private func unpack(_ package: DeploymentPackage) async throws(AWSError) -> FunctionCode {
        do {
            let directory = options.codeDirectory
            return try await loop.offload { try package.unpack(into: directory) }
        } catch let error as AWSError {
            throw error
        } catch {
            report("code could not be unpacked: \(error)")
            throw .service("The code could not be stored: \(error)")
        }
    }

    // MARK: Download

    /// Where a zip file with some code can be had: on the emulator's edge, where there is one.
    func location(of code: FunctionCode) -> String {
        guard let edge = options.endpointURL, let digest = code.digest else { return "file://\(code.folder)" }
        return "\(edge)\(CodePath.prefix)\(digest)\(CodePath.suffix)"
    }

    /// Answers the request for a zip file with code.
    func respond(toDownloadOf digest: Substring) async throws(AWSError) -> HTTPResponse {
        guard let code = registry.code(withDigest: digest) ?? layers.code(withDigest: digest) else {
            throw .resourceNotFound("The code is not there any more.")
        }
        let directory = options.codeDirectory
        do {
            let zip = try await loop.offload { try code.zip(temporaryFilesIn: directory) }
            return HTTPResponse(status: 200, headers: ["Content-Type": "application/zip"], body: zip)
        } catch {
            report("code could not be packed: \(error)")
            throw .service("The code could not be read: \(error)")
        }
    }
}

/// The paths at which code can be had.
enum CodePath {
    static let prefix = "/_martlet/code/"
    static let suffix = ".zip"

    /// The digest in a path; nil for any other path.
    static func digest(in path: String) -> Substring? {
        guard path.hasPrefix(prefix), path.hasSuffix(suffix) else { return nil }
        return path.dropFirst(prefix.count).dropLast(suffix.count)
    }
}

extension FunctionCode {
    /// The digest in hexadecimal.
    var digest: String? { Base64.decode(sha256).map { Hex.encode($0) } }

    /// The zip file that it came as, or one that is made of its folder.
    ///
    /// Blocks.
    fileprivate func zip(temporaryFilesIn directory: String) throws -> Bytes {
        if let archive { return try Bytes(Data(contentsOf: URL(fileURLWithPath: archive))) }
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let file = "\(directory)/\(UUID().uuidString).partial"
        defer { try? FileManager.default.removeItem(atPath: file) }
        try FolderArchive(folder: folder).write(to: file)
        return try Bytes(Data(contentsOf: URL(fileURLWithPath: file)))
    }
}

extension FunctionRegistry {
    fileprivate func code(withDigest digest: Substring) -> FunctionCode? {
        for function in functions.values {
            for version in [function.latest] + function.published
            where version.configuration.code.digest.map({ $0 == digest }) == true {
                return version.configuration.code
            }
        }
        return nil
    }
}

extension LayerRegistry {
    fileprivate func code(withDigest digest: Substring) -> FunctionCode? {
        layers.values.lazy.flatMap(\.versions).map(\.code).first { $0.digest.map { $0 == digest } == true }
    }
}
