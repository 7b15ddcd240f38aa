// SPDX-License-Identifier: Apache-2.0
import Buffers
import Foundation
import Locks

/// A file that is being written and has no name yet that anybody looks for; it is removed unless it gets one.
final class TemporaryFile: Sendable {
    private let path: String
    private let descriptor: Int32
    /// Whether the file was moved to its place.
    ///
    /// The mutex orders the pool's threads and `deinit`.
    private let isPlaced = Locked(false)

    init(path: String) throws(FileError) {
        self.path = path
        descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError("create", path) }
    }

    deinit {
        Foundation.close(descriptor)
        if !isPlaced.withLock({ $0 }) { unlink(path) }
    }

    /// Appends bytes; one writer at a time.
    func append(_ bytes: Bytes) throws(FileError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Foundation.write(descriptor, $0.baseAddress.map { $0 + written }, $0.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileError("write", path) }
            written += count
        }
    }

    /// Appends a part of another file, without its bytes coming through this process where the system can do that.
    func append(_ source: OpenFile, _ range: Range<Int>) throws(FileError) {
        var offset = off_t(range.lowerBound)
        while offset < off_t(range.upperBound) {
            let count = sendfile(descriptor, source.descriptor, &offset, range.upperBound - Int(offset))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw FileError("copy to", path) }
        }
    }

    /// Gives the file the name under which it stays.
    ///
    /// - Parameter syncs: whether its bytes are forced onto the disk first.
    func place(at final: String, syncs: Bool) throws(FileError) {
        if syncs, fsync(descriptor) != 0 { throw FileError("sync", path) }
        guard rename(path, final) == 0 else { throw FileError("rename", path) }
        isPlaced.withLock { $0 = true }
    }
}

/// An object's bytes, which stay readable after the object was removed or written anew.
final class OpenFile: Sendable {
    let descriptor: Int32

    /// Nil when there is no such file.
    init?(path: String) throws(FileError) {
        descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 {
            if errno == ENOENT { return nil }
            throw FileError("open", path)
        }
    }

    deinit { Foundation.close(descriptor) }

    /// The bytes at some positions.
    ///
    /// - Throws: ``FileError`` also when the file ends before them.
    func read(_ range: Range<Int>) throws(FileError) -> Bytes {
        var builder = BytesBuilder(capacity: range.count)
        var offset = range.lowerBound
        while offset < range.upperBound {
            let space = builder.unusedCapacity(minimum: range.upperBound - offset)
            let count = pread(descriptor, space.baseAddress, range.upperBound - offset, off_t(offset))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw FileError("read", "an object") }
            builder.didFill(count)
            offset += count
        }
        return builder.finish()
    }
}

/// A call to the file system that failed.
struct FileError: Error, CustomStringConvertible {
    let code: Int32
    private let what: String

    /// Takes the error from `errno`.
    init(_ operation: String, _ path: String) {
        code = errno
        what = "\(operation) \(path)"
    }

    var description: String { "cannot \(what): \(String(cString: strerror(code)))" }
}
