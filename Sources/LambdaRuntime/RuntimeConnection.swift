// SPDX-License-Identifier: Apache-2.0
import Buffers
import Curl
import HTTP1

/// The one connection to the Runtime API: a request goes out, its response comes in, and the thread waits meanwhile.
///
/// libcurl connects and carries; requests are framed here, and responses are parsed by llhttp. Going through libcurl's
/// own HTTP costs more than twice as much for each invocation.
final class RuntimeConnection {
    private let address: RuntimeAPIAddress
    private let connect: Connect
    private var stream: (any ByteStream)?
    private var parser = HTTPParser(.response)
    var request: RuntimeRequest
    /// Where responses arrive, but for the bodies that say how long they are.
    private let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 16)
    /// What was received and not parsed yet; stands in `scratch`.
    private var received = UnsafeRawBufferPointer(start: nil, count: 0)

    init(address: RuntimeAPIAddress, connect: @escaping Connect) {
        self.address = address
        self.connect = connect
        request = RuntimeRequest(address: address)
    }

    deinit {
        scratch.deallocate()
    }

    /// Waits for the next invocation, however long that takes.
    func next() throws(RuntimeAPIError) -> RuntimeResponse {
        request.writeNext()
        return try exchange(body: Bytes())
    }

    func postResponse(to requestID: String, _ body: Bytes) throws(RuntimeAPIError) -> RuntimeResponse {
        let rest = request.writeResponse(to: requestID, body)
        return try exchange(body: rest)
    }

    func postError(to requestID: String, _ error: FunctionError) throws(RuntimeAPIError) -> RuntimeResponse {
        let rest = request.writeError(to: requestID, error)
        return try exchange(body: rest)
    }

    func postInitError(_ error: FunctionError) throws(RuntimeAPIError) -> RuntimeResponse {
        let rest = request.writeError(to: nil, error)
        return try exchange(body: rest)
    }

    func exchange(body: Bytes) throws(RuntimeAPIError) -> RuntimeResponse {
        let stream = try connected()
        if let failure = send(body, on: stream) { return try earlyResponse(from: stream, after: failure) }
        let response = try receiveResponse(from: stream)
        if !response.head.keepAlive { disconnect() }
        return response
    }

    func send(_ body: Bytes, on stream: any ByteStream) -> RuntimeAPIError? {
        do {
            try request.text.withUnsafeBytes { try stream.send($0) }
            if !body.isEmpty {
                try body.withUnsafeBytes { try stream.send($0) }
            }
            return nil
        } catch {
            return .lost("\(error)")
        }
    }

    /// A peer may refuse a result for its size before all of it was sent, and close: the refusal is there to be read.
    func earlyResponse(
        from stream: any ByteStream, after failure: RuntimeAPIError
    ) throws(RuntimeAPIError) -> RuntimeResponse {
        guard let response = try? receiveResponse(from: stream), response.status >= 400 else { throw failure }
        disconnect()
        return response
    }

    /// A connection that the peer announced to close is made anew; one that it closes unannounced is an error.
    func connected() throws(RuntimeAPIError) -> any ByteStream {
        if let stream { return stream }
        do {
            let made = try connect(address.authority)
            stream = made
            return made
        } catch {
            throw .lost(error.description)
        }
    }

    private func disconnect() {
        stream = nil
        parser = HTTPParser(.response)
        received = UnsafeRawBufferPointer(start: nil, count: 0)
    }

    private func receiveResponse(from stream: any ByteStream) throws(RuntimeAPIError) -> RuntimeResponse {
        let head = try receiveHead(from: stream)
        var body = BytesBuilder(capacity: min(head.contentLength ?? 0, RuntimeResponse.trustedLength))
        while true {
            switch try event() {
            case .head: throw .malformed("a second head")
            case .body(let bytes): body.take(bytes)
            case .end: return RuntimeResponse(head: head, body: body.finish())
            case nil:
                let missing = (head.contentLength ?? 0) - body.count
                let isComplete = try missing > 0 ? receive(&body, missing, from: stream) : receiveMore(from: stream)
                if isComplete { return RuntimeResponse(head: head, body: body.finish()) }
            }
        }
    }

    private func receiveHead(from stream: any ByteStream) throws(RuntimeAPIError) -> HTTPHead {
        while true {
            switch try event() {
            case .head:
                let head = parser.takeHead()
                if head.status >= 200 { return head }  // not an interim response
            case .end: continue
            case .body: throw .malformed("a body before its head")
            case nil: if try receiveMore(from: stream) { throw .closed }
            }
        }
    }

    private func event() throws(RuntimeAPIError) -> HTTPParser.Event? {
        do {
            return try parser.next(&received)
        } catch {
            throw .malformed("\(error)")
        }
    }

    /// Receives into the scratch memory.
    ///
    /// - Returns: whether the peer closed the connection and thereby ended the response.
    private func receiveMore(from stream: any ByteStream) throws(RuntimeAPIError) -> Bool {
        let count = try receive(into: scratch, from: stream)
        received = UnsafeRawBufferPointer(rebasing: scratch[..<count])
        return count == 0
    }

    /// Receives a part of a body where it shall stay.
    ///
    /// - Returns: whether the body ended with this; never, since a part was missing.
    private func receive(
        _ body: inout BytesBuilder, _ missing: Int, from stream: any ByteStream
    ) throws(RuntimeAPIError) -> Bool {
        let space = body.unusedCapacity(minimum: min(missing, RuntimeResponse.trustedLength))
        let count = try receive(
            into: UnsafeMutableRawBufferPointer(rebasing: space[..<min(missing, space.count)]), from: stream)
        guard count > 0 else { throw .closed }
        received = UnsafeRawBufferPointer(rebasing: space[..<count])
        return false
    }

    private func receive(
        into space: UnsafeMutableRawBufferPointer, from stream: any ByteStream
    ) throws(RuntimeAPIError) -> Int {
        do {
            let count = try stream.receive(into: space)
            if count == 0, try parser.finish() == nil { throw RuntimeAPIError.closed }
            return count
        } catch let error as RuntimeAPIError {
            throw error
        } catch let error as CurlError {
            throw .lost(error.description)
        } catch {
            throw .malformed("\(error)")
        }
    }
}

extension BytesBuilder {
    /// Takes a piece of a body: it may stand in this builder's own memory already.
    fileprivate mutating func take(_ bytes: UnsafeRawBufferPointer) {
        if bytes.baseAddress == end {
            didFill(bytes.count)
        } else {
            append(bytes)
        }
    }
}
