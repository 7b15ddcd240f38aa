// SPDX-License-Identifier: Apache-2.0
import CLLHTTP

/// Parses one connection's messages, one after the other: llhttp, asked instead of calling.
///
/// ``next(_:)`` takes bytes from the front of its input and tells the first thing that they complete. It copies the
/// head only, which waits to be taken; body bytes are told where they stand.
public final class HTTPParser {
    /// Which kind of message a parser reads.
    public enum Kind: Sendable {
        /// What a server reads.
        case request
        /// What a client reads.
        case response
    }

    /// What bytes complete.
    public enum Event {
        /// The message's head is complete, and ``HTTPParser/takeHead()`` gives it; its body, if any, follows.
        case head
        /// A piece of the body; it stands in the input of the call.
        case body(UnsafeRawBufferPointer)
        /// The message is complete; what follows belongs to the next one. A chunked body may have trailers, which
        /// ``HTTPParser/takeTrailers()`` gives.
        case end
    }

    private let parser = UnsafeMutablePointer<llhttp_t>.allocate(capacity: 1)
    private let settings = UnsafeMutablePointer<llhttp_settings_t>.allocate(capacity: 1)
    private let headLimit: Int
    private let kind: Kind

    private var target: [UInt8] = []
    private var headers = HTTPHeaders()
    private var headSize = 0
    private var head = HTTPHead()
    private var trailers = HTTPHeaders()
    private var pending: Event?
    private var skipsBody = false
    private var wasPaused = false

    /// - Parameter headLimit: how many bytes of target and headers a message may have.
    public init(_ kind: Kind, headLimit: Int = 64 * 1024) {
        self.kind = kind
        self.headLimit = headLimit
        llhttp_settings_init(settings)
        settings.pointee.on_url = { HTTPParser.of($0).tookTarget(UnsafeRawBufferPointer(start: $1, count: $2)) }
        settings.pointee.on_header_field = { HTTPParser.of($0).tookName(UnsafeRawBufferPointer(start: $1, count: $2)) }
        settings.pointee.on_header_value = { HTTPParser.of($0).tookValue(UnsafeRawBufferPointer(start: $1, count: $2)) }
        settings.pointee.on_header_value_complete = { HTTPParser.of($0).completeField() }
        settings.pointee.on_headers_complete = { HTTPParser.of($0).completeHead() }
        settings.pointee.on_body = { HTTPParser.of($0).tookBody(UnsafeRawBufferPointer(start: $1, count: $2)) }
        settings.pointee.on_message_complete = { HTTPParser.of($0).completeMessage() }
        llhttp_init(parser, kind == .request ? HTTP_REQUEST : HTTP_RESPONSE, settings)
        parser.pointee.data = Unmanaged.passUnretained(self).toOpaque()
    }

    /// Parses from the front of `input`, which loses what was parsed.
    ///
    /// - Returns: the first event, or nil when all input was used and nothing is complete.
    /// - Throws: ``HTTPParserError``; the connection is then of no more use.
    public func next(_ input: inout UnsafeRawBufferPointer) throws(HTTPParserError) -> Event? {
        // After an event there may be one more that needs no further byte: an end, say.
        guard !input.isEmpty || wasPaused, let start = input.baseAddress else { return nil }
        let code = llhttp_execute(parser, start.assumingMemoryBound(to: CChar.self), input.count)
        switch code {
        case HPE_OK:
            wasPaused = false
            input = UnsafeRawBufferPointer(rebasing: input[input.endIndex...])
            return nil
        case HPE_PAUSED:
            let position = UnsafeRawPointer(llhttp_get_error_pos(parser)) ?? start
            input = UnsafeRawBufferPointer(rebasing: input[(position - start)...])
            llhttp_resume(parser)
            wasPaused = true
            defer { pending = nil }
            return pending
        default:
            throw headSize > headLimit ? .headTooLarge(limit: headLimit) : .malformed(reason)
        }
    }

    /// The head that was told last, once.
    public func takeHead() -> HTTPHead {
        defer { head = HTTPHead() }
        return head
    }

    /// The trailers of the message whose end was told last, once.
    public func takeTrailers() -> HTTPHeaders {
        defer { trailers = HTTPHeaders() }
        return trailers
    }

    /// Says that the connection ended; completes a response that ends with it.
    ///
    /// - Throws: ``HTTPParserError`` in the middle of a message.
    public func finish() throws(HTTPParserError) -> Event? {
        let code = llhttp_finish(parser)
        guard code == HPE_OK || code == HPE_PAUSED else { throw .malformed(reason) }
        llhttp_resume(parser)
        defer { pending = nil }
        return pending
    }

    /// Expects the answer to a `HEAD`, or another response that has no body whatever its head says.
    public func expectNoBody() {
        skipsBody = true
    }

    /// Whether a head has begun and is not complete.
    public var isInsideHead: Bool { headSize > 0 }

    // MARK: Callbacks. Each returns 0 to go on, `HPE_PAUSED` to end the call that parses, -1 to fail it.

    private func tookTarget(_ bytes: UnsafeRawBufferPointer) -> Int32 {
        target.append(contentsOf: bytes)
        return count(bytes)
    }

    private func tookName(_ bytes: UnsafeRawBufferPointer) -> Int32 {
        headers.continueName(bytes)
        return count(bytes)
    }

    private func tookValue(_ bytes: UnsafeRawBufferPointer) -> Int32 {
        headers.continueValue(bytes)
        return count(bytes)
    }

    private func count(_ bytes: UnsafeRawBufferPointer) -> Int32 {
        headSize += bytes.count
        return headSize <= headLimit ? 0 : -1
    }

    private func completeField() -> Int32 {
        headers.endField()
        // llhttp takes a space in a name, which other parsers take for a name's end: a way to smuggle requests.
        return headers.lastNameHasSpace ? -1 : 0
    }

    private func completeHead() -> Int32 {
        let isRequest = kind == .request
        let flags = Int(parser.pointee.flags)
        let hasLength = flags & Int(F_CONTENT_LENGTH.rawValue) != 0
        let isChunked = flags & Int(F_CHUNKED.rawValue) != 0
        head = HTTPHead(
            method: isRequest ? methodName : "", target: String(decoding: target, as: UTF8.self),
            status: Int(parser.pointee.status_code), headers: headers,
            contentLength: hasLength ? Int(clamping: parser.pointee.content_length) : isRequest && !isChunked ? 0 : nil,
            keepAlive: llhttp_should_keep_alive(parser) != 0)
        resetHead()
        // A server may ignore `Upgrade`; llhttp would stop parsing.
        parser.pointee.upgrade = 0
        if skipsBody { parser.pointee.flags |= UInt16(F_SKIPBODY.rawValue) }
        pending = .head
        return Int32(HPE_PAUSED.rawValue)
    }

    private func tookBody(_ bytes: UnsafeRawBufferPointer) -> Int32 {
        guard !bytes.isEmpty else { return 0 }
        pending = .body(bytes)
        return Int32(HPE_PAUSED.rawValue)
    }

    private func completeMessage() -> Int32 {
        pending = .end
        trailers = headers
        if headers.count > 0 { resetHead() }
        skipsBody = false
        return Int32(HPE_PAUSED.rawValue)
    }

    private func resetHead() {
        target.removeAll(keepingCapacity: true)
        headers = HTTPHeaders()
        headSize = 0
    }

    private var methodName: String {
        switch llhttp_method_t(UInt32(parser.pointee.method)) {
        case HTTP_GET: "GET"
        case HTTP_POST: "POST"
        case HTTP_PUT: "PUT"
        case HTTP_HEAD: "HEAD"
        case HTTP_DELETE: "DELETE"
        default: String(cString: llhttp_method_name(llhttp_method_t(UInt32(parser.pointee.method))))
        }
    }

    private var reason: String {
        llhttp_get_error_reason(parser).map { String(cString: $0) } ?? "not an HTTP message"
    }

    private static func of(_ parser: UnsafeMutablePointer<llhttp_t>?) -> HTTPParser {
        guard let data = parser?.pointee.data else { preconditionFailure("llhttp called back without a parser") }
        return Unmanaged<HTTPParser>.fromOpaque(data).takeUnretainedValue()
    }

    deinit {
        parser.deallocate()
        settings.deallocate()
    }
}
