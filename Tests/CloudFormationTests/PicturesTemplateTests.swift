// SPDX-License-Identifier: Apache-2.0
import CloudFormation
import Foundation
import Testing

@Suite("template.json")
struct PicturesTemplateTests {
    static func application() throws -> Application {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../").standardized
        let data = try Data(contentsOf: root.appending(path: "template.json"))
        return try Application(template: Array(data), file: "template.json")
    }

    @Test("Nothing in it goes unexecuted but permissions and the size of machines")
    func noWarnings() throws {
        let warnings = try Self.application().diagnostics.filter { $0.severity != .note }
        #expect(warnings.isEmpty, "\(warnings)")
    }

    @Test("It describes the path from a prompt to a picture")
    func resources() throws {
        let application = try Self.application()
        #expect(application.functions.map(\.functionName) == ["APIHandler", "StateTracker", "PostProcessor"])
        #expect(application.functions.allSatisfy { application.soleAlias(of: $0) == "live" })
        #expect(
            application.functions.map(\.code)
                == ["APIHandler", "StateTracker", "PostProcessor"].map { .swiftProduct($0) })
        #expect(application.apis.first?.routes.map(\.key) == ["GET /images", "POST /images", "GET /images/{id}"])
        #expect(application.buckets.first?.notifications.map(\.prefix) == ["inputs/", "images/"])
        #expect(application.subscriptions.count == 3)
        let endpoint = try #require(application.endpoints.first)
        #expect(endpoint.process == .swiftProduct("StandInModel"))
        #expect(endpoint.asyncInference?.outputPath == "s3://martlet-images/outputs/")
        #expect(
            application.topics.map(\.arn) == [
                endpoint.asyncInference?.successTopicARN, endpoint.asyncInference?.errorTopicARN,
            ])
        #expect(application.functions.first?.environment["ENDPOINT_NAME"] == endpoint.endpointName)
    }
}
