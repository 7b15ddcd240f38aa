// SPDX-License-Identifier: Apache-2.0
import CloudFormation
import ELF
import Foundation
import Glibc
import Testing

@testable import Emulator

@Suite("Watching code: what a file tells of itself")
struct WatchedFileTests {
    private static func header(sections: UInt64, count: UInt16, type: UInt8 = 2, entry: UInt8 = 1) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 64)
        bytes.replaceSubrange(0..<5, with: [0x7F, 0x45, 0x4C, 0x46, 2])
        bytes[0x10] = type
        bytes[0x18] = entry
        for index in 0..<8 { bytes[0x28 + index] = UInt8(truncatingIfNeeded: sections >> UInt64(8 * index)) }
        bytes[0x3A] = 64
        bytes[0x3C] = UInt8(truncatingIfNeeded: count)
        bytes[0x3D] = UInt8(truncatingIfNeeded: count >> 8)
        return bytes
    }

    @Test("An executable is as long as its section headers say")
    func elf() throws {
        #expect(ELFFile.end(header: Self.header(sections: 1000, count: 300)) == 1000 + 300 * 64)
        #expect(ELFFile.end(header: Array("#!/bin/sh\n".utf8)) == nil)
        #expect(ELFFile.end(header: []) == nil)
        // What is not filled in yet, or not there.
        #expect(ELFFile.end(header: Array(Self.header(sections: 1000, count: 3).prefix(20))) == .max)
        #expect(ELFFile.end(header: Self.header(sections: 0, count: 0, type: 0)) == .max)
        // Hostile numbers are only numbers.
        #expect(ELFFile.end(header: Self.header(sections: .max, count: .max)) != nil)
        let own = try Data(contentsOf: URL(filePath: "/proc/self/exe"), options: .alwaysMapped)
        let end = try #require(ELFFile.end(header: Array(own.prefix(ELFFile.headerCount))))
        #expect(end <= own.count && end > own.count / 2)
    }

    @Test("A file is complete when nobody writes to it any more and all of it is there")
    func complete() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "complete-\(UUID().uuidString)").path
        defer { unlink(path) }
        #expect(!FileCompleteness.isComplete(path))
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o755)
        try #require(file >= 0)
        var bytes = Self.header(sections: 64, count: 2)
        write(file, bytes, bytes.count)
        #expect(!FileCompleteness.isComplete(path))
        close(file)
        // Closed, and too short.
        #expect(!FileCompleteness.isComplete(path))
        bytes += [UInt8](repeating: 0, count: 128)
        try Data(bytes).write(to: URL(filePath: path))
        #expect(FileCompleteness.isComplete(path))
        try Data("#!/bin/sh\n".utf8).write(to: URL(filePath: path))
        #expect(FileCompleteness.isComplete(path))
    }

    @Test("Trees are seen without what is hidden, packages with their sources only")
    func scan() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "scan-\(UUID().uuidString)")
            .resolvingSymlinksInPath()
        defer { try? FileManager.default.removeItem(at: folder) }
        for path in ["Sources/A/a.swift", "Sources/A/b.json", ".build/debug/c.swift", "Package.resolved"] {
            let file = folder.appending(path: path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data().write(to: file)
        }
        func names(_ files: WatchedFiles) -> [String] {
            files.scan().files.keys.map { String($0.dropFirst(folder.path.count + 1)) }.sorted()
        }
        #expect(names(.package(folder)) == ["Package.resolved", "Sources/A/a.swift"])
        #expect(names(.tree(folder)) == ["Package.resolved", "Sources/A/a.swift", "Sources/A/b.json"])
        #expect(
            WatchedFiles.tree(folder).scan().folders.keys.sorted()
                == ["", "/Sources", "/Sources/A"].map { folder.path + $0 })
        let product = folder.appending(path: ".build/release/P")
        #expect(Array(WatchedFiles.files([product]).scan().folders.keys) == [folder.appending(path: ".build").path])
        #expect(WatchedFiles.files([product]).mayInclude("release") && !WatchedFiles.files([product]).mayInclude("Q"))
    }
}

@Suite("Watching code: decisions")
struct WatchDecisionTests {
    @Test("What changes is looked at when it is quiet, and again while it is half-written")
    func settling() throws {
        var settling = ChangeSettling<String>(quiet: .milliseconds(60), pause: .milliseconds(40))
        let start = ContinuousClock.now
        #expect(settling.next == nil)
        settling.changed("a", at: start)
        settling.changed("b", at: start + .milliseconds(10))
        settling.changed("a", at: start + .milliseconds(50))
        #expect(settling.next == start + .milliseconds(70))
        #expect(settling.take(at: start + .milliseconds(69)).isEmpty)
        #expect(settling.take(at: start + .milliseconds(70)) == ["b"])
        #expect(settling.take(at: start + .milliseconds(110)) == ["a"])
        settling.isIncomplete("a", at: start + .milliseconds(111))
        #expect(settling.next == start + .milliseconds(151))
        #expect(settling.take(at: start + .milliseconds(151)) == ["a"] && settling.next == nil)
    }

    @Test("What never rests is looked at all the same")
    func restless() {
        var settling = ChangeSettling<String>(quiet: .milliseconds(60), patience: .milliseconds(100))
        let start = ContinuousClock.now
        for moment in stride(from: 0, to: 100, by: 20) { settling.changed("a", at: start + .milliseconds(moment)) }
        #expect(settling.next == start + .milliseconds(100))
        #expect(settling.take(at: start + .milliseconds(100)) == ["a"])
        settling.changed("a", at: start + .milliseconds(110))
        #expect(settling.next == start + .milliseconds(170))
    }

    @Test("A build's output is its progress, and its errors from the first on")
    func buildOutput() {
        var output = BuildOutput()
        #expect(output.append("[1/9] Comp".utf8) == nil)
        #expect(output.append("iling A\n[2/9] Compiling B\nwarning: w\n".utf8) == "[2/9] Compiling B")
        #expect(output.failure == "warning: w")
        #expect(output.append("/a.swift:1:1: error: e\n 1 | code\n".utf8) == nil)
        #expect(output.failure == "/a.swift:1:1: error: e\n 1 | code")
        for number in 0..<500 { _ = output.append("line \(number)\n".utf8) }
        #expect(output.lines.count == BuildOutput.lineLimit)
    }

    private func application(_ resources: String) throws -> Application {
        let text = #"{"Transform": "AWS::Serverless-2016-10-31", "Resources": {\#(resources)}}"#
        return try Application(template: Array(text.utf8), file: "template.json", settings: StackSettings())
    }

    private func function(_ id: String, _ more: String = "") -> String {
        #""\#(id)": {"Type": "AWS::Serverless::Function", "Properties": {"Runtime": "provided.al2023", "Handler": "h", "#
            + #""CodeUri": "code/", "FunctionName": "\#(id)"\#(more)}}"#
    }

    @Test("Functions are deployed anew or added; what else changes waits for the next start")
    func templateChange() throws {
        let old = try application([function("A"), function("B"), function("C")].joined(separator: ","))
        #expect(TemplateChange(from: old, to: old).isEmpty)
        let new = try application(
            [
                function("A", #", "Timeout": 9"#), function("B", #", "Tags": {"a": "b"}"#), function("D"),
                #""Inputs": {"Type": "AWS::S3::Bucket"}"#,
            ].joined(separator: ","))
        let change = TemplateChange(from: old, to: new)
        #expect(change.changed.map(\.logicalID) == ["A"] && change.added.map(\.logicalID) == ["D"])
        #expect(change.pending == ["B", "C, which is gone", "buckets"])
    }
}

@Suite("Copies of code")
struct CodeSnapshotTests {
    @Test("A copy stays what it was, a link becomes what it leads to, and old copies go")
    func copies() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "copies-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let code = folder.appending(path: "code")
        try FileManager.default.createDirectory(at: code, withIntermediateDirectories: true)
        let built = folder.appending(path: "built")
        try Data("1".utf8).write(to: built)
        try FileManager.default.createSymbolicLink(
            at: code.appending(path: "bootstrap"), withDestinationURL: built)
        let snapshots = CodeSnapshots(folder: folder.appending(path: "watched"))
        let first = try snapshots.copy(folder: code, of: "f", identity: "first")
        try Data("2".utf8).write(to: built)
        #expect(try String(contentsOf: first.appending(path: "bootstrap"), encoding: .utf8) == "1")
        #expect(try snapshots.copy(folder: code, of: "f", identity: "first") == first)
        var last = first
        for number in 0..<CodeSnapshots.kept {
            last = try snapshots.copy(executable: built, of: "f", identity: "\(number)")
        }
        #expect(try String(contentsOf: last.appending(path: "bootstrap"), encoding: .utf8) == "2")
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "watched/f").path)
        #expect(left.count == CodeSnapshots.kept && !left.contains("first"))
    }
}

@Suite("Words of a shell")
struct ShellQuotingTests {
    @Test("What a shell would read as more than text is quoted")
    func quoting() {
        #expect("/a/b-1.2:c=d".shellQuoted == "/a/b-1.2:c=d")
        #expect("".shellQuoted == "''" && "a b".shellQuoted == "'a b'" && "$x;".shellQuoted == "'$x;'")
        #expect("it's".shellQuoted == #"'it'\''s'"#)
    }
}
