// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A locale whose names are UTF-8: libarchive turns all names into the thread's locale, and the one that a process has
/// at its start knows only ASCII.
enum UTF8Locale {
    /// Runs a body in it.
    ///
    /// - Throws: what the body throws.
    static func use<Result>(_ body: () throws -> Result) rethrows -> Result {
        guard let locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nil) else { return try body() }
        let previous = uselocale(locale)
        defer {
            uselocale(previous)
            freelocale(locale)
        }
        return try body()
    }
}
