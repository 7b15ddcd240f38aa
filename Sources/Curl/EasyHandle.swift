// SPDX-License-Identifier: Apache-2.0
import Buffers
import CLibcurl

/// One libcurl handle: one transfer at a time, and a connection that is kept for the next one.
///
/// ``perform(_:)`` blocks its thread until the response is complete. Inside a ``MultiHandle`` a handle belongs to the
/// thread of that.
///
/// Safety: `@unchecked Sendable` because libcurl lets a handle go from thread to thread as long as one at a time uses
/// it, which its owner sees to: a ``MultiHandle``, or an ``EasyHandlePool``, which has a mutex for it.
public final class EasyHandle: @unchecked Sendable {
    let pointer: OpaqueHandle
    private var transfer: Transfer?
    private var headerList: UnsafeMutablePointer<curl_slist>?

    /// - Throws: ``CurlError`` when libcurl has no memory.
    public init() throws(CurlError) {
        try CurlLibrary.initialize()
        guard let pointer = curl_easy_init() else { throw CurlError(CURLE_FAILED_INIT) }
        self.pointer = OpaqueHandle(pointer)
    }

    deinit {
        curl_easy_cleanup(pointer.raw)
        curl_slist_free_all(headerList)
    }

    /// Sends a request and waits for the whole response.
    ///
    /// Blocks the thread.
    ///
    /// - Throws: ``CurlError`` when no complete response came. An HTTP status is never an error.
    public func perform(_ request: CurlRequest) throws(CurlError) -> CurlResponse {
        let collected = ResponseCollector()
        try prepare(request, receiver: collected.receiver)
        defer { finish() }
        let code = curl_easy_perform(pointer.raw)
        if let failure = transferFailure(code) { throw failure }
        return collected.response
    }

    /// Sends a request and hands the response over as it arrives.
    ///
    /// Blocks the thread. A receiver that pauses is never resumed here.
    ///
    /// - Throws: ``CurlError`` when no complete response came. An HTTP status is never an error.
    public func perform(_ request: CurlRequest, _ receiver: ResponseReceiver) throws(CurlError) {
        try prepare(request, receiver: receiver)
        defer { finish() }
        let code = curl_easy_perform(pointer.raw)
        if let failure = transferFailure(code) { throw failure }
    }

    /// Lets a transfer go on whose receiver answered ``BodyDemand/pause``.
    ///
    /// May call the receiver at once.
    ///
    /// - Throws: ``CurlError``; the transfer is over then.
    public func resume() throws(CurlError) {
        try curl_easy_pause(pointer.raw, CURLPAUSE_CONT).check()
    }

    /// Makes the handle ready to send a request; connections and DNS answers stay.
    func prepare(_ request: CurlRequest, receiver: ResponseReceiver) throws(CurlError) {
        finish()
        curl_easy_reset(pointer.raw)
        let transfer = Transfer(body: request.body, receiver: receiver)
        self.transfer = transfer
        try setConnectionOptions(request)
        try setRequest(request)
        try setHeaders(request.headers)
        try setCallbacks(transfer)
    }

    /// Forgets the transfer: no callback comes after this.
    func finish() {
        transfer = nil
        curl_slist_free_all(headerList)
        headerList = nil
    }

    /// The error that a transfer ended with, or nil after success.
    func transferFailure(_ code: CURLcode) -> CurlError? {
        if code == CURLE_OK { return nil }
        if transfer?.wasAborted == true { return .aborted }
        return CurlError(code, detail: transfer?.errorText)
    }
}

extension EasyHandle {
    private func setConnectionOptions(_ request: CurlRequest) throws(CurlError) {
        // Signals as a means of timing out would interrupt other threads.
        try set(CURLOPT_NOSIGNAL, 1)
        try set(CURLOPT_TCP_NODELAY, 1)
        try curlshim_set_close_on_exec(pointer.raw).check()
        try set(CURLOPT_CONNECTTIMEOUT_MS, request.connectTimeout.milliseconds)
        try set(CURLOPT_TIMEOUT_MS, request.timeout?.milliseconds ?? 0)
        try set(CURLOPT_PROTOCOLS_STR, "http,https")
        try set(CURLOPT_HTTP_VERSION, CLong(CURL_HTTP_VERSION_1_1))
        if !request.usesProxyFromEnvironment { try set(CURLOPT_NOPROXY, "*") }
        if let file = request.certificateAuthorities { try set(CURLOPT_CAINFO, file) }
    }

    private func setRequest(_ request: CurlRequest) throws(CurlError) {
        try set(CURLOPT_URL, request.url)
        try set(CURLOPT_PATH_AS_IS, 1)
        if let body = request.body {
            try set(CURLOPT_POST, 1)
            try curlshim_set_offset(pointer.raw, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)).check()
        } else if request.method == "HEAD" {
            try set(CURLOPT_NOBODY, 1)
        }
        try set(CURLOPT_CUSTOMREQUEST, request.method)
    }

    private func setHeaders(_ headers: [(name: String, value: String)]) throws(CurlError) {
        // Empty ones keep libcurl from sending its own: a body is never held back until the peer says "100 Continue".
        for line in ["Expect:"] + headers.map(curlLine) {
            guard let longer = curl_slist_append(headerList, line) else { throw CurlError(CURLE_OUT_OF_MEMORY) }
            headerList = longer
        }
        if !headers.contains(where: { $0.name.lowercased() == "content-type" }) {
            headerList = curl_slist_append(headerList, "Content-Type:") ?? headerList
        }
        try curlshim_set_list(pointer.raw, CURLOPT_HTTPHEADER, headerList).check()
    }

    private func setCallbacks(_ transfer: Transfer) throws(CurlError) {
        let context = Unmanaged.passUnretained(transfer).toOpaque()
        try curlshim_set_data_callback(pointer.raw, CURLOPT_HEADERFUNCTION, receiveHeader).check()
        try curlshim_set_pointer(pointer.raw, CURLOPT_HEADERDATA, context).check()
        try curlshim_set_data_callback(pointer.raw, CURLOPT_WRITEFUNCTION, receiveBody).check()
        try curlshim_set_pointer(pointer.raw, CURLOPT_WRITEDATA, context).check()
        try curlshim_set_data_callback(pointer.raw, CURLOPT_READFUNCTION, sendBody).check()
        try curlshim_set_pointer(pointer.raw, CURLOPT_READDATA, context).check()
        try curlshim_set_seek_callback(pointer.raw, rewindBody).check()
        try curlshim_set_pointer(pointer.raw, CURLOPT_SEEKDATA, context).check()
        try curlshim_set_pointer(pointer.raw, CURLOPT_ERRORBUFFER, transfer.errorBuffer).check()
    }

    func set(_ option: CURLoption, _ value: CLong) throws(CurlError) {
        try curlshim_set_long(pointer.raw, option, value).check()
    }

    func set(_ option: CURLoption, _ value: String) throws(CurlError) {
        try curlshim_set_text(pointer.raw, option, value).check()
    }
}

/// libcurl's handle, under a name that other files of this module can use without importing the C module.
struct OpaqueHandle: Hashable {
    let raw: UnsafeMutableRawPointer

    init(_ raw: UnsafeMutableRawPointer) {
        self.raw = raw
    }
}

extension Duration {
    /// In milliseconds, rounded up, so that a short limit is not taken for none.
    var milliseconds: CLong {
        let (seconds, attoseconds) = components
        return CLong(seconds) * 1000 + CLong((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}

/// A field as libcurl takes it: one without a value needs a semicolon, or libcurl would leave it out.
private func curlLine(_ header: (name: String, value: String)) -> String {
    header.value.isEmpty ? "\(header.name);" : "\(header.name): \(header.value)"
}
