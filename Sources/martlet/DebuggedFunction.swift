// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

/// A function that its developer starts, and the port where it is awaited, given as `FUNCTION=PORT`.
struct DebuggedFunction: ExpressibleByArgument {
    let function: String
    let port: Int

    init?(argument: String) {
        let parts = argument.split(separator: "=", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, let port = Int(parts[1]), (0...65535).contains(port) else {
            return nil
        }
        (function, self.port) = (String(parts[0]), port)
    }
}
