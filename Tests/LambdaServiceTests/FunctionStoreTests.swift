// SPDX-License-Identifier: Apache-2.0
import Buffers
import Foundation
import HTTPServer
import ServiceProtocols
import Store
import Testing

@testable import LambdaService

private let functions = "/2015-03-31/functions"

private func creation(_ name: String) -> Bytes {
    let zip = ZipFile([.file("bootstrap", ServiceFixture.bootstrap, mode: 0o755)])
    return Bytes(
        """
        {"FunctionName":"\(name)","Runtime":"provided.al2023","Handler":"run","Timeout":30,"Tags":{"a":"b"},\
        "Role":"arn:aws:iam::000000000000:role/r","Environment":{"Variables":{"KEY":"value"}},\
        "Code":{"ZipFile":"\(Data(zip.bytes).base64EncodedString())"}}
        """)
}

@Suite("Functions that outlive the service", .timeLimit(.minutes(1)))
struct FunctionStoreTests {
    @Test("A function comes back with its versions, aliases, tags, permissions and reservation")
    func restart() async throws {
        let store = try Store.inMemory()
        let code = FileManager.default.temporaryDirectory.appendingPathComponent("code-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: code) }
        let before = try await ServiceFixture.stored(in: store, code: code) { fixture in
            #expect(await fixture.request("POST", functions, body: creation("f")).status == 201)
            #expect(await fixture.request("POST", functions, body: creation("gone")).status == 201)
            #expect(await fixture.request("DELETE", "\(functions)/gone").status == 204)
            _ = await fixture.request("POST", "\(functions)/f/versions", body: #"{"Description":"first"}"#)
            _ = await fixture.request(
                "PUT", "\(functions)/f/configuration", body: #"{"LoggingConfig":{"LogFormat":"JSON"}}"#)
            _ = await fixture.request(
                "POST", "\(functions)/f/aliases", body: #"{"Name":"live","FunctionVersion":"1"}"#)
            _ = await fixture.request(
                "POST", "\(functions)/f/policy", query: "Qualifier=live",
                body: #"{"StatementId":"s3","Action":"lambda:InvokeFunction","Principal":"s3.amazonaws.com"}"#)
            _ = await fixture.request(
                "PUT", "/2017-10-31/functions/f/concurrency", body: #"{"ReservedConcurrentExecutions":3}"#)
            return await fixture.everything(about: "f")
        }
        let after = try await ServiceFixture.stored(in: store, code: code) { fixture in
            try await fixture.service.start()
            #expect(await fixture.request("GET", "\(functions)/gone").status == 404)
            #expect(try await fixture.invoke("f:live", #"{"do":"count"}"#).payload.string.hasSuffix(", 1]"))
            let published = await fixture.request("POST", "\(functions)/f/versions", body: "{}")
            #expect(published.json["Version"] as? String == "2")
            _ = await fixture.request("DELETE", "\(functions)/f", query: "Qualifier=2")
            return await fixture.everything(about: "f")
        }
        #expect(after == before)
        #expect(after.allSatisfy { $0.hasPrefix("200 ") }, "\(after)")
    }

    @Test("What a template made wins, and is not stored")
    func template() async throws {
        let store = try Store.inMemory()
        let code = FileManager.default.temporaryDirectory.appendingPathComponent("code-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: code) }
        _ = try await ServiceFixture.stored(in: store, code: code) { fixture in
            try await fixture.function("of-template")
            _ = await fixture.request("POST", functions, body: creation("f"))
            _ = await fixture.request("POST", "\(functions)/of-template/versions", body: "{}")
            return []
        }
        _ = try await ServiceFixture.stored(in: store, code: code) { fixture in
            try await fixture.function("f", timeout: 7)
            try await fixture.service.start()
            let found = await fixture.request("GET", "\(functions)/f/configuration")
            #expect(found.json["Timeout"] as? Int == 7)
            #expect(await fixture.request("GET", "\(functions)/of-template").status == 404)
            return []
        }
    }

    @Test("Code that nothing uses any more is removed at the next start, and nothing else")
    func garbage() async throws {
        let store = try Store.inMemory()
        let files = FileManager.default
        let code = files.temporaryDirectory.appendingPathComponent("code-\(UUID().uuidString)")
        defer { try? files.removeItem(at: code) }
        let digest = String(repeating: "a", count: 64)
        _ = try await ServiceFixture.stored(in: store, code: code) { fixture in
            _ = await fixture.request("POST", functions, body: creation("f"))
            for name in [digest, "opt-\(digest)", "x.partial", "function-of-a-template"] {
                try files.createDirectory(
                    at: code.appendingPathComponent(name), withIntermediateDirectories: true)
            }
            return []
        }
        _ = try await ServiceFixture.stored(in: store, code: code) { fixture in
            try await fixture.service.start()
            let left = try files.contentsOfDirectory(atPath: code.path)
            #expect(left.count == 3 && left.contains("function-of-a-template"), "\(left)")
            #expect(try await fixture.invoke("f", #"{"do":"count"}"#).functionError == nil)
            return []
        }
    }

    @Test("A member that an older build did not store has its default")
    func olderRecord() throws {
        let folder = CodeFolder(path: "/state/code")
        let version = FunctionVersion(
            id: 1, functionID: 1, version: "$LATEST",
            configuration: FunctionConfiguration(
                name: "f", environment: ["A1": "b"], code: FunctionCode(folder: "/state/code/x", sha256: "s", size: 1)),
            functionARN: "arn", modified: 5, revisionID: "r")
        let record = try FunctionRecord(.init(latest: version), code: folder)
        var document = try #require(
            try JSONSerialization.jsonObject(with: JSONEncoder().encode(record)) as? [String: Any])
        var latest = try #require(document["latest"] as? [String: Any])
        var configuration = try #require(latest["configuration"] as? [String: Any])
        #expect((configuration["code"] as? [String: Any])?["folder"] as? String == "x")
        configuration["ephemeralStorageMegabytes"] = nil
        configuration["logging"] = nil
        latest["configuration"] = configuration
        document["latest"] = latest
        let read = try JSONDecoder().decode(
            FunctionRecord.self, from: JSONSerialization.data(withJSONObject: document))
        #expect(try read.latest.configuration(in: folder) == version.configuration)
        #expect(
            try read.latest.configuration(in: CodeFolder(path: "/moved")).code.folder == "/moved/x")
    }
}

extension ServiceFixture {
    /// Runs a body with a service that keeps its functions; returns what the body does.
    fileprivate static func stored(
        in store: Store, code: URL, _ body: (ServiceFixture) async throws -> [String]
    ) async throws -> [String] {
        var result: [String] = []
        try await run(
            options: { $0.codeDirectory = code.path }, store: store, functions: try FunctionStore(store: store)
        ) { result = try await body($0) }
        return result
    }

    /// All that the API tells about a function.
    fileprivate func everything(about name: String) async -> [String] {
        var answers: [String] = []
        let function = "/2015-03-31/functions/\(name)"
        for (path, query) in [
            ("\(function)/configuration", nil), ("\(function)/configuration", "Qualifier=1"),
            ("\(function)/versions", nil),
            ("\(function)/aliases", nil), ("\(function)/policy", "Qualifier=live"),
            ("/2019-09-30/functions/\(name)/concurrency", nil),
            ("/2017-03-31/tags/arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3A\(name)", nil),
        ] {
            let response = await request("GET", path, query: query)
            guard case .bytes(let bytes) = response.body else { continue }
            answers.append("\(response.status) \(bytes.string)")
        }
        return answers
    }
}
