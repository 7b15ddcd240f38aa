// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A port that nobody listens on.
enum FreePort {
    struct Unavailable: Error, CustomStringConvertible {
        let code: Int32
        var description: String { "no free port: \(String(cString: strerror(code)))" }
    }

    /// Another process could take it before it is used; the model then ends, and is started with another one.
    static func find() throws(Unavailable) -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Unavailable(code: errno) }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, size) == 0 && getsockname(descriptor, address, &size) == 0
            }
        }
        guard result else { throw Unavailable(code: errno) }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
