// SPDX-License-Identifier: Apache-2.0
public import Buffers

/// A request as libcurl shall send it.
public struct CurlRequest: Sendable {
    /// `GET` and the like; sent as it is.
    public var method: String
    /// `http` or `https`; libcurl is told to leave its path as it is, dots and escapes included.
    public var url: String
    /// Fields to send besides `Host`, `Content-Length` and `Accept`, which libcurl sends unless they are here.
    public var headers: [(name: String, value: String)]
    /// The body; nil for none, which for `POST` and `PUT` differs from an empty one in that no length is sent.
    public var body: Bytes?
    /// How long connecting may take.
    public var connectTimeout: Duration
    /// How long all of it may take; nil for no limit.
    public var timeout: Duration?
    /// A file of trusted certificates; nil for libcurl's own choice.
    public var certificateAuthorities: String?
    /// Whether `http_proxy` and its like are followed.
    public var usesProxyFromEnvironment: Bool

    /// Creates one from its parts.
    public init(
        method: String = "GET", url: String, headers: [(name: String, value: String)] = [], body: Bytes? = nil,
        connectTimeout: Duration = .seconds(10), timeout: Duration? = nil, certificateAuthorities: String? = nil,
        usesProxyFromEnvironment: Bool = false
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.connectTimeout = connectTimeout
        self.timeout = timeout
        self.certificateAuthorities = certificateAuthorities
        self.usesProxyFromEnvironment = usesProxyFromEnvironment
    }
}

/// The status line and the fields of a response; 1xx responses are not told of.
public struct CurlResponseHead: Sendable {
    /// The HTTP status.
    public var status: Int
    /// The fields in the order in which they came.
    public var headers: [(name: String, value: String)]

    /// Creates one from its parts.
    public init(status: Int, headers: [(name: String, value: String)] = []) {
        self.status = status
        self.headers = headers
    }

    /// The first value of a field; names compare without regard to case.
    public func value(of name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }?.value
    }
}

/// A complete response.
public struct CurlResponse: Sendable {
    /// Status and fields.
    public var head: CurlResponseHead
    /// The whole body.
    public var body: Bytes
    /// The HTTP status.
    public var status: Int { head.status }

    /// Creates one from its parts.
    public init(head: CurlResponseHead, body: Bytes) {
        self.head = head
        self.body = body
    }
}

/// What the reader of a body wants next.
public enum BodyDemand: Sendable {
    case more
    /// Nothing until ``EasyHandle/resume()``. The bytes that came with this call come again then.
    case pause
    /// Nothing at all: the transfer ends with ``CurlError/aborted``.
    case abort
}

/// Who a response is handed to while it arrives.
///
/// All calls come from the thread that runs the transfer.
public struct ResponseReceiver {
    /// The head is complete.
    public var onHead: (CurlResponseHead) -> Void
    /// Some bytes of the body, valid during the call only.
    public var onBody: (UnsafeRawBufferPointer) -> BodyDemand

    /// Creates one from its parts.
    public init(
        onHead: @escaping (CurlResponseHead) -> Void, onBody: @escaping (UnsafeRawBufferPointer) -> BodyDemand
    ) {
        self.onHead = onHead
        self.onBody = onBody
    }
}
