// SPDX-License-Identifier: Apache-2.0
import CLibcurl

/// An error of libcurl: no response came, or none could be asked for.
public struct CurlError: Error, Sendable, Equatable, CustomStringConvertible {
    /// libcurl's number for the error, `CURLE_…` or, from a ``MultiHandle``, `CURLM_…`.
    public let code: Int
    /// libcurl's words for it, and what more it knows of the case.
    public let message: String

    init(code: Int, message: String) {
        self.code = code
        self.message = message
    }

    init(_ code: CURLcode, detail: String? = nil) {
        let text = String(cString: curl_easy_strerror(code))
        self.init(code: Int(code.rawValue), message: detail.map { "\(text): \($0)" } ?? text)
    }

    init(_ code: CURLMcode) {
        self.init(code: Int(code.rawValue), message: String(cString: curl_multi_strerror(code)))
    }

    /// The error in words.
    public var description: String { "\(message) (curl \(code))" }

    /// The time ran out, for the connection or for all of it.
    public var isTimeout: Bool { code == Int(CURLE_OPERATION_TIMEDOUT.rawValue) }

    /// No connection could be made, so the request was not sent.
    public var isConnectionFailure: Bool {
        code == Int(CURLE_COULDNT_CONNECT.rawValue) || code == Int(CURLE_COULDNT_RESOLVE_HOST.rawValue)
    }

    /// A handler of the response asked for the end of the transfer.
    public static let aborted = CurlError(CURLE_ABORTED_BY_CALLBACK)
    static let closed = CurlError(CURLE_GOT_NOTHING, detail: "the peer closed the connection")
}

extension CURLcode {
    func check() throws(CurlError) {
        guard self == CURLE_OK else { throw CurlError(self) }
    }
}

extension CURLMcode {
    func check() throws(CurlError) {
        guard self == CURLM_OK else { throw CurlError(self) }
    }
}
