// SPDX-License-Identifier: Apache-2.0
import EventLoop
import Foundation
import Glibc

/// The folder that an environment has in place of `/tmp`: made when it starts, kept while it is warm, removed when it
/// ends.
struct TemporaryFolder: Sendable {
    let path: String

    /// - Returns: nil when it cannot be made; the environment then has the machine's own.
    init?(in directory: String, function: String, environment: Int) {
        path = "\(directory)/\(function)-\(environment)"
        guard mkdir(path, 0o700) == 0 else { return nil }
    }

    func remove(on loop: EventLoop) {
        loop.spawn { [path] in
            try? await loop.offload { try FileManager.default.removeItem(atPath: path) }
        }
    }
}
