// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import Foundation
import HTTP1
import HTTPServer
import ServiceProtocols
import Testing

@testable import LambdaService

private let functions = "/2015-03-31/functions"

private func body(_ object: [String: Any]) throws -> Bytes {
    Bytes(try JSONSerialization.data(withJSONObject: object))
}

private func creation(_ zip: ZipFile, _ more: [String: Any] = [:]) throws -> Bytes {
    let base: [String: Any] = [
        "FunctionName": "f", "Runtime": "provided.al2023", "Handler": "run", "Timeout": 30,
        "Role": "arn:aws:iam::000000000000:role/r", "Code": ["ZipFile": Data(zip.bytes).base64EncodedString()],
    ]
    return try body(base.merging(more) { $1 })
}

@Suite("The control plane", .timeLimit(.minutes(1)))
struct ControlPlaneTests {
    @Test("A function made from a zip file runs, is described, updated, published and deleted")
    func life() async throws {
        try await ServiceFixture.run { fixture in
            let zip = ZipFile([.file("bootstrap", ServiceFixture.bootstrap, mode: 0o755)])
            let created = await fixture.request(
                "POST", functions, body: try creation(zip, ["Environment": ["Variables": ["AB": "1"]]]))
            #expect(created.status == 201 && created.json["State"] as? String == "Pending")
            #expect(created.json["StateReason"] as? String == "The function is being created.")
            #expect(created.json["CodeSha256"] as? String == Base64.encode(Checksum.value(.sha256, of: zip.bytes)))
            let again = await fixture.request("POST", functions, body: try creation(zip))
            #expect(again.error == "409 ResourceConflictException: Function already exist: f")
            let found = await fixture.request("GET", "\(functions)/f")
            let configuration = found.json["Configuration"] as? [String: Any]
            #expect(configuration?["State"] as? String == "Active" && configuration?["MemorySize"] as? Int == 128)
            #expect(configuration?["FunctionArn"] as? String == "arn:aws:lambda:us-east-1:000000000000:function:f")
            #expect((configuration?["LastModified"] as? String)?.hasSuffix("+0000") == true)
            #expect(try await fixture.invoke("f", #"{"do":"count"}"#).payload.string.hasSuffix(", 1]"))

            let version = await fixture.request("POST", "\(functions)/f/versions", body: "{}")
            #expect(version.status == 201 && version.json["Version"] as? String == "1")
            let alias = await fixture.request(
                "POST", "\(functions)/f/aliases", body: #"{"Name":"live","FunctionVersion":"1"}"#)
            #expect(alias.json["AliasArn"] as? String == "arn:aws:lambda:us-east-1:000000000000:function:f:live")

            let other = ZipFile([
                .file(
                    "bootstrap", ServiceFixture.bootstrap.replacingOccurrences(of: "count += 1", with: "count += 100"),
                    mode: 0o755)
            ])
            let updated = await fixture.request(
                "PUT", "\(functions)/f/code", body: try body(["ZipFile": Data(other.bytes).base64EncodedString()]))
            #expect(
                updated.status == 200 && updated.json["CodeSha256"] as? String != created.json["CodeSha256"] as? String)
            #expect(try await fixture.invoke("f", #"{"do":"count"}"#).payload.string.hasSuffix(", 100]"))
            #expect(try await fixture.invoke("f:live", #"{"do":"count"}"#).payload.string.hasSuffix(", 1]"))

            #expect(await fixture.request("GET", "\(functions)/f/versions").json["Versions"] as? [Any] != nil)
            #expect((await fixture.request("GET", "\(functions)/f/aliases").json["Aliases"] as? [Any])?.count == 1)
            let missing = await fixture.request("GET", "\(functions)/f/aliases/none")
            #expect(
                missing.error
                    == "404 ResourceNotFoundException: Cannot find alias arn: arn:aws:lambda:us-east-1:000000000000:function:f:none"
            )
            let deleted = await fixture.request("DELETE", "\(functions)/f")
            #expect(deleted.status == 204)
            let gone = await fixture.request("GET", "\(functions)/f")
            #expect(
                gone.error
                    == "404 ResourceNotFoundException: Function not found: arn:aws:lambda:us-east-1:000000000000:function:f"
            )
        }
    }

    @Test("What would not be carried out is refused, and what is wrong gets AWS's error")
    func refusals() async throws {
        try await ServiceFixture.run { fixture in
            let zip = ZipFile([.file("bootstrap", "x", mode: 0o755)])
            func create(_ more: [String: Any]) async throws -> String {
                await fixture.request("POST", functions, body: try creation(zip, more)).error
            }
            let refusals: [([String: Any], String)] = [
                (["KMSKeyArn": "arn"], "KMSKeyArn is not supported by this emulator."),
                (["Runtime": "provided"], "The runtime parameter of provided is no longer supported"),
                (["Runtime": "python2.7"], "Value python2.7 at 'runtime' failed to satisfy constraint"),
                (
                    ["Timeout": 901],
                    "'timeout' failed to satisfy constraint: Member must have value less than or equal to 900"
                ),
                (
                    ["Code": ["ZipFile": "AAAA"]],
                    "Could not unzip uploaded file. Please check your file, then try to upload again."
                ),
                (["Code": ["S3Bucket": "b", "S3Key": "k"]], "needs an emulator with buckets"),
            ]
            for (members, message) in refusals {
                let error = try await create(members)
                #expect(error.hasPrefix("400 ") && error.contains(message), "\(error)")
            }
            #expect(await fixture.request("POST", functions, body: "{").status == 400)
            #expect(
                await fixture.request("POST", functions, body: "{}").error.contains(
                    "'functionName' failed to satisfy constraint: Member must not be null"))
            #expect(
                await fixture.request("PUT", "\(functions)/f/concurrency").headers["x-amzn-ErrorType"]
                    == "UnknownOperationException")
            #expect(await fixture.request("GET", "/2015-03-31/event-source-mappings/").status == 404)
            #expect(try await create(["Layers": [], "VpcConfig": ["SubnetIds": []], "PackageType": "Zip"]) == "201 : ")
        }
    }

    @Test("Lists come in pages")
    func pages() async throws {
        try await ServiceFixture.run { fixture in
            for index in 0..<7 { try await fixture.function("f\(index)") }
            var names: [String] = []
            var query = "MaxItems=3"
            for _ in 0..<5 {
                let page = await fixture.request("GET", "\(functions)/", query: query)
                names += (page.json["Functions"] as? [[String: Any]] ?? []).compactMap { $0["FunctionName"] as? String }
                guard let marker = page.json["NextMarker"] as? String else { break }
                query = "MaxItems=3&Marker=\(marker)"
            }
            #expect(names == (0..<7).map { "f\($0)" })
            #expect(await fixture.request("GET", functions, query: "MaxItems=0").status == 400)
            #expect(await fixture.request("GET", functions, query: "Marker=999").status == 400)
        }
    }
}
