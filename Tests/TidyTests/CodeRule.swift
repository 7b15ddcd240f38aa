// SPDX-License-Identifier: Apache-2.0

/// A word that code of some files must not hold.
struct CodeRule: Sendable {
    let word: String
    let reason: String
    let applies: @Sendable (SourceFile) -> Bool

    /// The targets that C hands memory to, where the compiler cannot see who else touches it.
    static let targetsFacingC: Set<String> = [
        "Sources/EventLoop", "Sources/HTTP1", "Sources/HTTPServer", "Sources/Curl", "Sources/LambdaService",
        "Functions/PNGWriter",
    ]

    /// The targets whose tasks run on the loop, so that each is started by it.
    static let targetsOnLoop: Set<String> = [
        "Sources/EventLoop", "Sources/HTTPServer", "Sources/HTTPClient", "Sources/LambdaService", "Sources/S3Service",
        "Sources/SNSService", "Sources/APIGatewayService", "Sources/SageMakerService", "Sources/STSService",
        "Sources/Emulator",
    ]

    static let all = [
        CodeRule("print(", "a library does not print") { $0.isLibrary },
        CodeRule("try!", "an error is handled or passed on") { !$0.isTest },
        CodeRule("as!", "a cast can fail") { !$0.isTest },
        CodeRule("fatalError(", "impossible states end in preconditionFailure, all others are errors") { _ in true },
        CodeRule("Task.detached", "a detached task leaves the loop and its priority") { _ in true },
        CodeRule("Task {", "on the loop a task is started by loop.spawn") { targetsOnLoop.contains($0.target) },
        CodeRule("nonisolated(unsafe)", "only targets that face C may") { !targetsFacingC.contains($0.target) },
        CodeRule("import XCTest", "tests are written with Swift Testing") { _ in true },
        CodeRule("sleep(", "a test waits for what happens, not for time to pass") { file in
            file.isTest && !file.path.hasPrefix("Tests/EventLoopTests/")
        },
    ]

    private init(_ word: String, _ reason: String, _ applies: @escaping @Sendable (SourceFile) -> Bool) {
        self.word = word
        self.reason = reason
        self.applies = applies
    }

    func findings(in file: SourceFile) -> [Finding] {
        guard file.isSwift, applies(file) else { return [] }
        return file.code.enumerated().compactMap { index, line in
            guard line.containsAsWord(word), !isDeclaration(line) else { return nil }
            return Finding(path: file.path, line: index + 1, problem: "`\(word)`: \(reason)")
        }
    }

    /// A function of that name is no call of it.
    private func isDeclaration(_ line: String) -> Bool {
        line.contains("func \(word)")
    }
}

extension String {
    /// Whether a text stands here with no letter right before it: `print(` does not stand in `sprint(`.
    func containsAsWord(_ word: String) -> Bool {
        guard utf8.count >= word.utf8.count else { return false }
        let bytes = Array(utf8)
        let wanted = Array(word.utf8)
        for start in 0...(bytes.count - wanted.count)
        where bytes[start] == wanted[0] && bytes[start...].starts(with: wanted) {
            if start == 0 || !bytes[start - 1].isPartOfName { return true }
        }
        return false
    }
}

extension UInt8 {
    fileprivate var isPartOfName: Bool {
        (self | 32 >= UInt8(ascii: "a") && self | 32 <= UInt8(ascii: "z")) || self == UInt8(ascii: "_") || self >= 128
    }
}
