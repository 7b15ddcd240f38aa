// SPDX-License-Identifier: Apache-2.0
import NewPackage
import Testing

@Suite("New packages")
struct NewPackageTests {
    @Test(
        "A name becomes the name of a function",
        arguments: [
            ("hello", "Hello"), ("bird-counter", "BirdCounter"), ("Bird_2", "Bird2"), ("resizeImages", "ResizeImages"),
        ])
    func names(text: String, function: String) throws {
        let name = try PackageName(text)
        #expect(name.text == text)
        #expect(name.function == function)
    }

    @Test(
        "What is no name is refused",
        arguments: ["", "2birds", "-x", "../up", "a b", "a/b", "größe", "a\n", String(repeating: "a", count: 65)])
    func form(text: String) {
        #expect(throws: PackageNameError.form) { try PackageName(text) }
    }

    @Test("A name that means something in Swift is refused", arguments: ["any", "lambda-runtime", "string"])
    func taken(text: String) {
        #expect(throws: PackageNameError.self) { try PackageName(text) }
    }

    @Test("The files name the function and the library, whatever the library is called")
    func files() throws {
        let name = try PackageName("bird-counter")
        let package = NewPackage(name, library: .repository("https://example.com/some/lambdas.git", branch: "main"))
        let files = Dictionary(uniqueKeysWithValues: package.files.map { ($0.path, $0.text) })
        let manifest = try #require(files["Package.swift"])
        #expect(manifest.contains(#".package(url: "https://example.com/some/lambdas.git", branch: "main")"#))
        #expect(manifest.contains(#".product(name: "LambdaRuntime", package: "lambdas")"#))
        #expect(files["Sources/BirdCounter/BirdCounter.swift"]?.contains("struct BirdCounter: LambdaHandler") == true)
        #expect(files["template.yaml"]?.contains("SwiftProduct: BirdCounter") == true)
        let local = NewPackage(name, library: .folder(#"/a "quoted"/place"#)).files.first { $0.path == "Package.swift" }
        #expect(local?.text.contains(#".package(name: "martlet", path: "/a \"quoted\"/place")"#) == true)
    }
}
