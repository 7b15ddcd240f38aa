// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A gate in the file system: who opens the file for reading waits until the test opens the gate.
public final class NamedPipe {
    /// Where it is.
    public let path: String
    private var descriptor: Int32 = -1

    /// Makes the file.
    public init(at path: String) {
        self.path = path
        let code = mkfifo(path, 0o600)
        precondition(code == 0, "no named pipe can be made at \(path)")
    }

    /// Lets everybody through who waits, or comes later, until ``close()``.
    public func open() {
        // For both directions, so that it does not matter whether somebody waits already.
        descriptor = Glibc.open(path, O_RDWR | O_CLOEXEC)
    }

    /// Closes the gate; to be called when nobody is to come any more.
    public func close() {
        if descriptor >= 0 { _ = Glibc.close(descriptor) }
        descriptor = -1
    }
}
