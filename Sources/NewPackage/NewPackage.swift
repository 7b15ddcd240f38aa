// SPDX-License-Identifier: Apache-2.0

/// A package with one function, its template, an event and a test.
public struct NewPackage: Sendable {
    /// Where the package finds Martlet's libraries.
    public enum Library: Sendable, Equatable {
        /// A checkout on this machine.
        case folder(String)
        /// A repository, and the branch that is taken.
        case repository(String, branch: String)
    }

    private let name: PackageName
    private let library: Library

    /// Describes a package; nothing is written.
    public init(_ name: PackageName, library: Library) {
        self.name = name
        self.library = library
    }

    /// What is in its files, by their paths, in the order in which a reader should meet them.
    public var files: [(path: String, text: String)] {
        let function = name.function
        return [
            ("README.md", readme),
            ("template.yaml", template),
            ("events/hello.json", event),
            ("Sources/\(function)/\(function).swift", handler),
            ("Tests/\(function)Tests/\(function)Tests.swift", test),
            ("Package.swift", manifest),
            (".gitignore", ".build*/\n.martlet/\n"),
        ]
    }

    private var dependency: String {
        switch library {
        case .folder(let path): ".package(name: \"martlet\", path: \(Self.literal(path)))"
        case .repository(let url, let branch):
            ".package(url: \(Self.literal(url)), branch: \(Self.literal(branch)))"
        }
    }

    /// What SwiftPM calls Martlet's package.
    private var packageName: String {
        guard case .repository(let url, _) = library else { return "martlet" }
        let last = url.split(separator: "/").last.map(String.init) ?? url
        return last.hasSuffix(".git") ? String(last.dropLast(4)) : last
    }

    /// A string literal of Swift.
    private static func literal(_ text: String) -> String {
        let escaped = text.map { character in
            switch character {
            case "\\", "\"": "\\\(character)"
            default: character.isNewline ? " " : String(character)
            }
        }
        return "\"\(escaped.joined())\""
    }

    private var manifest: String {
        """
        // swift-tools-version: 6.2
        import PackageDescription

        let package = Package(
            name: "\(name.text)",
            dependencies: [
                \(dependency)
            ],
            targets: [
                .executableTarget(
                    name: "\(name.function)",
                    dependencies: [.product(name: "LambdaRuntime", package: "\(packageName)")]),
                .testTarget(
                    name: "\(name.function)Tests",
                    dependencies: ["\(name.function)", .product(name: "LambdaRuntime", package: "\(packageName)")]),
            ],
            swiftLanguageModes: [.v6]
        )

        """
    }

    private var handler: String {
        """
        import LambdaRuntime

        /// Greets whom an event names.
        @main
        struct \(name.function): LambdaHandler {
            struct Event: Decodable {
                var name: String?
            }

            struct Output: Codable, Equatable {
                var greeting: String
            }

            static func main() async {
                await LambdaRuntime.run { \(name.function)() }
            }

            func handle(_ event: Event, context: LambdaContext) async throws -> Output {
                let name = event.name ?? "world"
                context.logger.info("greeting", metadata: ["name": "\\(name)"])
                return Output(greeting: "Hello, \\(name)!")
            }
        }

        """
    }

    private var test: String {
        """
        import LambdaRuntime
        import Testing

        @testable import \(name.function)

        @Test("Whom an event names is greeted", arguments: [("Ada", "Hello, Ada!"), (nil, "Hello, world!")])
        func greeting(name: String?, expected: String) async throws {
            let output = try await \(name.function)().handle(.init(name: name), context: LambdaTesting.context())
            #expect(output.greeting == expected)
        }

        """
    }

    private var template: String {
        """
        AWSTemplateFormatVersion: "2010-09-09"
        Transform: AWS::Serverless-2016-10-31
        Description: \(name.text)

        Resources:
          \(name.function):
            Type: AWS::Serverless::Function
            Metadata:
              Martlet:
                SwiftProduct: \(name.function)
            Properties:
              Runtime: provided.al2023
              Handler: \(name.function)
              CodeUri: .build/lambda/\(name.function)/
              Timeout: 10
              MemorySize: 128
              AutoPublishAlias: live

        """
    }

    private var event: String {
        """
        {
          "description": "Whom an event names is greeted.",
          "invoke": {"function": "\(name.function)", "event": {"name": "Ada"}},
          "expect": {"payload": {"greeting": "Hello, Ada!"}}
        }

        """
    }

    private var readme: String {
        """
        # \(name.text)

        One AWS Lambda function in Swift, `\(name.function)`, that runs here as it runs there. Its code is in
        [\(name.function).swift](Sources/\(name.function)/\(name.function).swift).

        ```console
        $ swift build                                              # build the function
        $ swift test                                               # test its handler
        $ martlet test                                             # play events/ and compare what they give
        $ martlet invoke \(name.function) --event '{"name": "you"}'  # one event, now
        $ martlet start --watch                                    # serve it; a new build is taken at once
        $ martlet package                                          # a zip for provided.al2023, proven to run
        ```

        | | |
        |---|---|
        | [template.yaml](template.yaml) | what is deployed: the function, and what you add to it |
        | [events/](events) | events with what they must give; `martlet test --update` accepts what they give now |
        | [Tests/](Tests) | unit tests |

        """
    }
}
