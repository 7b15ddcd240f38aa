// SPDX-License-Identifier: Apache-2.0
import CLibuv

/// Watches the entries of one folder, confined to its loop: files that are made, written, renamed and removed.
///
/// A folder is watched and not a file, so that a file which is replaced by another of its name is still the one that
/// was meant. What happens below the folder's own folders is not told.
public final class FolderWatcher {
    private final class Handle: LoopHandle {
        var changed: ((String?) -> Void)?

        init(_ loop: EventLoop) throws(LoopError) {
            try super.init(loop, uv_fs_event_t.self, "watch a folder") { uv_fs_event_init(loop.uv, $0) }
        }

        override func willClose() { changed = nil }
    }

    private let handle: Handle

    /// Calls `changed` with the name of an entry that has changed; nil when the system does not tell which, or when the
    /// folder itself has gone.
    ///
    /// One change may be told several times, and a long write many times.
    ///
    /// - Throws: ``LoopError`` when there is no such folder, or when the system watches as many as it can.
    public init(loop: EventLoop, folder: String, changed: @escaping (String?) -> Void) throws(LoopError) {
        handle = try Handle(loop)
        handle.changed = changed
        let code = uv_fs_event_start(
            handle.raw(uv_fs_event_t.self),
            { watcher, name, _, status in FolderWatcher.changed(watcher, status < 0 ? nil : name) }, folder, 0)
        guard code == 0 else {
            handle.close()
            throw LoopError(code: code, operation: "watch \(folder)")
        }
    }

    /// Watches no more.
    public func close() { handle.close() }

    private static func changed(_ watcher: UnsafeMutablePointer<uv_fs_event_t>?, _ name: UnsafePointer<CChar>?) {
        Handle.of(watcher)?.changed?(name.map { String(cString: $0) })
    }

    deinit {
        assert(handle.isClosing, "a folder watcher was dropped without close()")
    }
}
