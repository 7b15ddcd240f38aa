// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import Foundation
import Testing

@testable import LambdaService

private let arn = "arn:aws:lambda:us-east-1:000000000000:layer:tools"

private func layer(_ name: String = "tools", unzippedSize: Int = 1) -> LayerVersion {
    LayerVersion(
        name: name,
        code: FunctionCode(folder: "/\(name)", sha256: name, size: 1, unzippedSize: unzippedSize))
}

private func registry(_ versions: [LayerVersion]) -> LayerRegistry {
    var registry = LayerRegistry(account: "000000000000", region: "us-east-1")
    for version in versions { _ = registry.publish(version, now: 0) }
    return registry
}

extension LayerRegistry {
    fileprivate func message(_ arns: [String], kept: [FunctionLayer] = []) -> String? {
        do throws(AWSError) {
            _ = try resolve(arns, kept: kept)
            return nil
        } catch {
            return "\(error.status) \(error.message)"
        }
    }
}

@Suite("Layers")
struct LayerTests {
    @Test("Versions count from 1, and a number is never used twice")
    func numbers() throws {
        var registry = registry([layer(), layer()])
        #expect(registry.layers["tools"]?.versions.map(\.number) == [1, 2])
        try registry.delete(2, of: LayerName("tools"))
        try registry.delete(2, of: LayerName(arn))
        #expect(registry.publish(layer(), now: 0).number == 3)
        #expect(try registry.version(3, of: LayerName(arn)).number == 3)
        #expect(throws: AWSError.self) { try registry.version(2, of: LayerName("tools")) }
        #expect(throws: AWSError.self) { try registry.version(0, of: LayerName("tools")) }
    }

    // LocalStack's recorded snapshots of AWS, tests/aws/services/lambda_/test_lambda_api.snapshot.json.
    @Test("What a function may not name as its layers is refused in AWS's words")
    func refusals() throws {
        let registry = registry([layer(), layer()] + (0..<5).map { layer("l\($0)") })
        let others = (0..<5).map { "arn:aws:lambda:us-east-1:000000000000:layer:l\($0):1" }
        #expect(registry.message(others) == nil)
        #expect(registry.message(others + ["\(arn):1"]) == "400 Cannot reference more than 5 layers.")
        #expect(registry.message(["\(arn):9"]) == "400 Layer version \(arn):9 does not exist.")
        #expect(
            registry.message(["\(arn):1", "\(arn):2"])
                == "400 Two different versions of the same layer are not allowed to be referenced in the same function. "
                + "\(arn):1 and \(arn):2 are versions of the same layer.")
        #expect(
            registry.message(["arn:aws:lambda:eu-west-1:000000000000:layer:tools:1"])
                == "400 Layers are not in the same region as the function. Layers are expected to be in region us-east-1."
        )
        #expect(registry.message(["arn:aws:lambda:us-east-1:111111111111:layer:tools:1"])?.hasPrefix("403 ") == true)
        for malformed in [arn, "tools", "", "arn:aws:lambda:us-east-1:000000000000:function:f:1", "\(arn):x"] {
            #expect(registry.message([malformed])?.contains("Value '[\(malformed)]' at 'layers'") == true)
        }
    }

    @Test("A version that a function has is there for it when it is deleted")
    func kept() throws {
        var registry = registry([layer()])
        let layers = try registry.resolve(["\(arn):1"])
        try registry.delete(1, of: LayerName("tools"))
        #expect(registry.message(["\(arn):1"]) == "400 Layer version \(arn):1 does not exist.")
        #expect(registry.message(["\(arn):1"], kept: layers) == nil)
    }

    // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    @Test("Layers and code together have a limit", arguments: [(0, true), (1, false)])
    func sizes(more: Int, fits: Bool) throws {
        let half = LambdaLimits.unzippedCode / 2
        let large = registry([layer("a", unzippedSize: half), layer("b", unzippedSize: half)])
        let arns = ["a", "b"].map { "arn:aws:lambda:us-east-1:000000000000:layer:\($0):1" }
        #expect(large.message(arns) == "400 Layers consume more than the available size of 262144000 bytes")
        var configuration = FunctionConfiguration(
            name: "f", code: FunctionCode(folder: "", sha256: "", size: 0, unzippedSize: half + more),
            layers: try large.resolve([arns[0]]))
        #expect((try? configuration.checkSize()) != nil || !fits)
        #expect((try? configuration.checkSize()) == nil || fits)
        configuration.layers = []
        #expect(throws: Never.self) { try configuration.checkSize() }
    }

    @Test("Later layers lie over earlier ones, and nothing is written through a link")
    func merge() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("opt-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        func unpacked(_ entries: [ZipFile.Entry]) throws -> FunctionLayer {
            let code = try DeploymentPackage(zip: Bytes(ZipFile(entries).bytes)).unpack(into: folder.path)
            return FunctionLayer(
                arn: code.sha256, size: code.size, unzippedSize: code.unzippedSize, folder: code.folder,
                sha256: code.sha256)
        }
        let first = try unpacked([
            .file("bin/tool", "1", mode: 0o755), .file("lib/x", "1"), .link("lib/l", to: "x"),
            .link("shared", to: "lib"), .file("kept", "1"), .file("turns", "1"),
        ])
        let second = try unpacked([
            .file("lib/x", "2"), .file("shared/y", "2"), .file("turns/into/folder", "2"), .folder("empty"),
        ])
        let merged = try #require(try OptFolder(layers: [first, second]).make(in: folder.path))
        let entries = try FileTree.entries(of: merged)
        #expect(
            entries.map(\.path) == [
                "bin", "bin/tool", "empty", "kept", "lib", "lib/l", "lib/x", "shared", "shared/y", "turns",
                "turns/into", "turns/into/folder",
            ])
        #expect(entries.first { $0.path == "bin/tool" }?.mode == 0o755)
        #expect(entries.first { $0.path == "lib/l" }?.kind == .link(to: "x"))
        #expect(entries.first { $0.path == "shared" }?.kind == .folder)
        #expect(try String(contentsOfFile: "\(merged)/lib/x", encoding: .utf8) == "2")
        // What was unpacked is as it was.
        #expect(try String(contentsOfFile: "\(first.folder)/lib/x", encoding: .utf8) == "1")
        #expect(!FileManager.default.fileExists(atPath: "\(first.folder)/lib/y"))
        #expect(try OptFolder(layers: [first]).make(in: folder.path) == first.folder)
        #expect(try OptFolder(layers: []).make(in: folder.path) == nil)
    }
}
