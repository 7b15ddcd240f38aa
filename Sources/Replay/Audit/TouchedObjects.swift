// SPDX-License-Identifier: Apache-2.0

/// Which objects the run of an event touched, by their names: `bucket/key`.
public struct TouchedObjects: Sendable, Equatable {
    /// Those that it wrote or removed.
    public var changed: Set<String>
    /// Those that it asked for; `bucket/` is a list of objects.
    public var read: Set<String>

    /// What was touched; nothing unless it is given.
    public init(changed: Set<String> = [], read: Set<String> = []) {
        self.changed = changed
        self.read = read
    }

    /// All that somebody may see changed: objects, and the lists that they are in.
    var visible: Set<String> {
        changed.union(changed.compactMap { name in name.firstIndex(of: "/").map { String(name[...$0]) } })
    }

    /// Whether the one may see, or undo, what the other does.
    func meets(_ other: TouchedObjects) -> Bool {
        !changed.isDisjoint(with: other.changed) || !visible.isDisjoint(with: other.read)
            || !read.isDisjoint(with: other.visible)
    }
}
