// SPDX-License-Identifier: Apache-2.0
import Testing

/// Each rule must be able to fail, and must know what it is not about.
@Suite struct RuleTests {
    @Test(
        "A forbidden word is found in code",
        arguments: [
            ("Sources/Buffers/A.swift", "    print(1)", "print("),
            ("Sources/Buffers/A.swift", "let a = try! b()", "try!"),
            ("Functions/F/A.swift", "let a = b as! C", "as!"),
            ("Sources/martlet/A.swift", "fatalError(\"x\")", "fatalError("),
            ("Tests/ATests/A.swift", "Task.detached {", "Task.detached"),
            ("Sources/S3Service/A.swift", "Task { await b() }", "Task {"),
            ("Sources/AWSWire/A.swift", "nonisolated(unsafe) var a = 1", "nonisolated(unsafe)"),
            ("Tests/ATests/A.swift", "import " + "XCTest", "import XCTest"),
            ("Tests/ATests/A.swift", "try await Task." + "sleep(for: .seconds(1))", "sleep("),
        ])
    func forbidden(path: String, line: String, word: String) {
        let file = SourceFile(path: path, text: "// first\n\(line)\n")
        let findings = CodeRule.all.flatMap { $0.findings(in: file) }
        #expect(findings.map(\.line) == [2])
        #expect(findings.first?.problem.hasPrefix("`\(word)`") == true)
    }

    @Test(
        "The same word elsewhere is none of the rule's business",
        arguments: [
            ("Sources/Buffers/A.swift", "    // print(1)"), ("Sources/Buffers/A.swift", "let a = \"print(1)\""),
            ("Sources/Buffers/A.swift", "fingerprint(a)"), ("Sources/martlet/A.swift", "print(1)"),
            ("Sources/Buffers/A.swift", "let a = \"\"\"\n  try! b\n  \"\"\""),
            ("Sources/Buffers/A.swift", "let a = \"\\\"try! b\""), ("Sources/Buffers/A.swift", "Task { }"),
            ("Tests/ATests/A.swift", "try! a()"), ("Tests/ATests/A.swift", "func sleep(until: Int) {"),
            ("Tests/EventLoopTests/A.swift", "try await loop.sleep(for: a)"),
            ("Sources/EventLoop/A.swift", "nonisolated(unsafe) var a = 1"), ("docs/a.md", "print(1)"),
        ])
    func allowed(path: String, text: String) {
        let file = SourceFile(path: path, text: text)
        #expect(CodeRule.all.flatMap { $0.findings(in: file) }.isEmpty)
    }

    @Test("Each rule about a file finds what it is for")
    func fileRules() {
        #expect(FileRules.licence(swift("import A\n")).count == 1)
        #expect(FileRules.licence(swift("// SPDX-License-Identifier: Apache-2.0\n")).isEmpty)
        #expect(FileRules.lineLength(swift(String(repeating: "a", count: 121))).count == 1)
        #expect(FileRules.lineLength(swift(String(repeating: "é", count: 120))).isEmpty)
        #expect(FileRules.lineLength(swift("// " + String(repeating: "a", count: 118))).count == 1)
        #expect(FileRules.lineLength(swift("// https://" + String(repeating: "a", count: 118))).isEmpty)
        #expect(FileRules.lineLength(swift("let a = \"" + String(repeating: "a", count: 118) + "\"")).isEmpty)
        #expect(FileRules.leftovers(swift("// TO" + "DO: later")).count == 1)
        #expect(FileRules.machinePaths(swift("// see /" + "work/a")).count == 1)
        #expect(FileRules.machinePaths(swift("// see docs/" + "work/a, my/" + "root/b")).isEmpty)
        let sleeping = "time." + "sleep(1)"
        #expect(FileRules.sleepingClient(SourceFile(path: "Tests/Clients/test_a.py", text: sleeping)).count == 1)
        #expect(FileRules.sleepingClient(SourceFile(path: "Tests/Clients/waiting.py", text: sleeping)).isEmpty)
        let lines = String(repeating: "line\n", count: 150)
        #expect(FileRules.readmeLength(SourceFile(path: "README.md", text: lines)).count == 1)
        #expect(FileRules.readmeLength(SourceFile(path: "docs/README.md", text: lines)).isEmpty)
    }

    @Test("An unchecked Sendable needs its reason near by")
    func uncheckedSendable() {
        let type = "final class A: @unchecked " + "Sendable {}"
        #expect(FileRules.uncheckedSendable(swift(type)).count == 1)
        #expect(FileRules.uncheckedSendable(swift("/// Safety: one thread.\n\(type)")).isEmpty)
        #expect(FileRules.uncheckedSendable(swift("\(type)\n// Safety: one thread.")).isEmpty)
        #expect(
            FileRules.uncheckedSendable(swift("// Safety: a\n" + String(repeating: "\n", count: 9) + type)).count == 1)
    }

    @Test("A C module that two targets import is found, one importer and tests are fine")
    func cModules() {
        func files(_ paths: String...) -> Repository {
            let files = paths.map { SourceFile(path: $0, text: "internal import CLibuv\n") }
            return Repository(files: files, cModules: ["CLibuv"])
        }
        #expect(RepositoryRules.cModules(files("Sources/A/A.swift", "Sources/B/B.swift")).count == 1)
        #expect(RepositoryRules.cModules(files("Sources/A/A.swift", "Sources/A/B.swift")).isEmpty)
        #expect(RepositoryRules.cModules(files("Sources/A/A.swift", "Tests/ATests/B.swift")).isEmpty)
    }

    @Test(
        "A link is followed from where it stands",
        arguments: [
            ("[a](b.md)", true), ("[a](../README.md#top)", true), ("[a](decisions)", true), ("[a](#here)", true),
            ("[a](https://example.com/x.md)", true), ("[a](c.md)", false), ("[a](../../README.md)", false),
            ("[a](b.md) and [b](c.md)", false),
        ])
    func links(text: String, isFine: Bool) {
        let files = ["README.md", "docs/b.md", "docs/decisions/1.md"].map { SourceFile(path: $0, text: "") }
        let repository = Repository(files: files + [SourceFile(path: "docs/a.md", text: text)])
        #expect(RepositoryRules.links(repository).isEmpty == isFine)
    }

    @Test("A fixture that nothing names is found")
    func fixtures() {
        let test = SourceFile(path: "Tests/ATests/A.swift", text: "load(\"used\") load(\"api.json\")")
        let paths = [
            "events/api.json", "Tests/ATests/Fixtures/used.bin", "events/dead.json", "Tests/ATests/other.json",
        ]
        let findings = RepositoryRules.fixtures(Repository(files: [test], otherPaths: paths))
        #expect(findings.map(\.path) == ["events/dead.json"])
        let make = SourceFile(path: "Makefile", text: "\tmartlet test events\n")
        #expect(RepositoryRules.fixtures(Repository(files: [test, make], otherPaths: paths)).isEmpty)
    }

    private func swift(_ text: String) -> SourceFile {
        SourceFile(path: "Sources/A/A.swift", text: text)
    }
}
