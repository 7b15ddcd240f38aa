// SPDX-License-Identifier: Apache-2.0
import Buffers

/// What a runtime posted as the error of its init.
struct PostedInitError: Equatable {
    let body: Bytes
    /// As reports tell it.
    let type: String
}

/// The `Lambda-Runtime-Function-Error-Type` that runtimes send with an error.
enum RuntimeErrorType {
    static let header = "Lambda-Runtime-Function-Error-Type"

    /// What reports and telemetry tell for it: the type itself if it is `Runtime.Name` or `Function.Name` in letters,
    /// else that it is unknown (aws-lambda-runtime-interface-emulator, internal/lambda/fatalerror).
    static func reported(_ type: String?) -> String {
        guard let type else { return "Runtime.Unknown" }
        let parts = type.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0] == "Runtime" || parts[0] == "Function" else { return "Runtime.Unknown" }
        let letters = parts[1].utf8
        let isName =
            letters.count > 1 && (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(letters.first ?? 0)
            && letters.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20) }
        return isName ? type : "\(parts[0]).Unknown"
    }
}
