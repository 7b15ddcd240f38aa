// SPDX-License-Identifier: Apache-2.0
import CLibuv

/// Why libuv refused an operation.
public struct LoopError: Error, Equatable, CustomStringConvertible {
    /// libuv's code: a negated errno on Linux (`-98` for an address in use).
    public let code: Int32
    /// What was tried: `listen on 127.0.0.1:4566`.
    public let operation: String

    init(code: Int32, operation: String) {
        self.code = code
        self.operation = operation
    }

    /// libuv's short name of the code: `EADDRINUSE`.
    public var name: String { String(cString: uv_err_name(code)) }

    /// What was tried and why it failed: `cannot listen on 127.0.0.1:4566: address already in use` for one.
    public var description: String { "cannot \(operation): \(String(cString: uv_strerror(code)))" }

    /// Whether the codes are the same, whatever was tried.
    public static func == (left: LoopError, right: LoopError) -> Bool { left.code == right.code }

    /// Throws unless a libuv call succeeded.
    static func check(_ code: Int32, _ operation: @autoclosure () -> String) throws(LoopError) {
        if code < 0 { throw LoopError(code: code, operation: operation()) }
    }
}
