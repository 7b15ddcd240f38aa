// SPDX-License-Identifier: Apache-2.0
import CLibuv
import Glibc

/// One `uv_tcp_connect`: it lives until the callback, which comes also when the socket is closed first.
final class ConnectRequest {
    private let request = UnsafeMutablePointer<uv_connect_t>.allocate(capacity: 1)
    private let connected: (LoopError?) -> Void

    init(_ connected: @escaping (LoopError?) -> Void) {
        self.connected = connected
    }

    /// - Parameter port: of 127.0.0.1.
    func start(_ socket: UnsafeMutablePointer<uv_tcp_t>, port: Int) throws(LoopError) {
        let operation = "connect to 127.0.0.1:\(port)"
        guard let number = UInt16(exactly: port) else {
            throw LoopError(code: UV_EINVAL.rawValue, operation: operation)
        }
        var address = sockaddr_in()
        try LoopError.check(uv_ip4_addr("127.0.0.1", Int32(number), &address), operation)
        request.pointee.data = Unmanaged.passRetained(self).toOpaque()
        let code = withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                uv_tcp_connect(request, socket, address) { request, code in
                    guard let data = request?.pointee.data else { return }
                    let own = Unmanaged<ConnectRequest>.fromOpaque(data).takeRetainedValue()
                    own.connected(code < 0 ? LoopError(code: code, operation: "connect to 127.0.0.1") : nil)
                }
            }
        }
        guard code < 0 else { return }
        Unmanaged.passUnretained(self).release()
        throw LoopError(code: code, operation: operation)
    }

    deinit { request.deallocate() }
}
