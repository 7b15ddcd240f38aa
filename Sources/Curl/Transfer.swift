// SPDX-License-Identifier: Apache-2.0
import Buffers
import CLibcurl
import Glibc

/// What libcurl's callbacks need of one transfer.
///
/// ``EasyHandle`` owns it for as long as libcurl may call.
final class Transfer {
    private let body: Bytes
    private var sent = 0
    private let receiver: ResponseReceiver
    private var head = CurlResponseHead(status: 0, headers: [])
    private(set) var wasAborted = false
    let errorBuffer: UnsafeMutablePointer<CChar>

    init(body: Bytes?, receiver: ResponseReceiver) {
        self.body = body ?? Bytes()
        self.receiver = receiver
        errorBuffer = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorBuffer.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        errorBuffer.deallocate()
    }

    /// libcurl's words about this very failure.
    var errorText: String? {
        errorBuffer[0] == 0 ? nil : String(cString: errorBuffer)
    }

    /// One line of a head: the status line of it, a field, or the empty line that ends it.
    func receivedHeaderLine(_ line: UnsafeRawBufferPointer) {
        let text = String(decoding: line, as: UTF8.self)
        if text.hasPrefix("HTTP/") {
            let status = text.split(separator: " ", maxSplits: 2).dropFirst().first.flatMap { Int($0.prefix(3)) }
            head = CurlResponseHead(status: status ?? 0, headers: [])
        } else if text == "\r\n" || text == "\n" {
            if head.status >= 200 { receiver.onHead(head) }
        } else if let colon = text.firstIndex(of: ":"), head.status != 0 {
            let value = text[text.index(after: colon)...]
            head.headers.append((String(text[..<colon]), value.trimmingHTTPSpace))
        }
    }

    func receivedBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        switch receiver.onBody(bytes) {
        case .more: return bytes.count
        case .pause: return curlshim_write_pause
        case .abort:
            wasAborted = true
            return bytes.isEmpty ? 1 : 0
        }
    }

    func fill(_ space: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(space.count, body.count - sent)
        guard count > 0 else { return 0 }
        body.slice(sent..<sent + count).withUnsafeBytes { space.copyMemory(from: $0) }
        sent += count
        return count
    }

    func seek(to offset: Int) -> Bool {
        guard (0...body.count).contains(offset) else { return false }
        sent = offset
        return true
    }

    static func from(_ context: UnsafeMutableRawPointer?) -> Transfer? {
        context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
    }
}

extension Substring {
    /// Without the white space that may stand around a field's value, and without the end of the line.
    var trimmingHTTPSpace: String {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r\n" || $0 == "\n" || $0 == "\r" }
        var rest = drop(while: isSpace)
        while let last = rest.last, isSpace(last) { rest.removeLast() }
        return String(rest)
    }
}

func receiveHeader(
    _ data: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    Transfer.from(context)?.receivedHeaderLine(UnsafeRawBufferPointer(start: data, count: size * count))
    return size * count
}

func receiveBody(
    _ data: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    Transfer.from(context)?.receivedBody(UnsafeRawBufferPointer(start: data, count: size * count)) ?? 0
}

func sendBody(
    _ space: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    Transfer.from(context)?.fill(UnsafeMutableRawBufferPointer(start: space, count: size * count))
        ?? curlshim_read_abort
}

func rewindBody(_ context: UnsafeMutableRawPointer?, _ offset: curl_off_t, _ origin: CInt) -> CInt {
    guard origin == SEEK_SET, let transfer = Transfer.from(context), transfer.seek(to: Int(offset)) else {
        return CURL_SEEKFUNC_FAIL
    }
    return CURL_SEEKFUNC_OK
}
