// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The linker of static builds: the toolchain's, told where to look first, and what static libraries need themselves.
///
/// Swift passes on the folders that pkg-config names in the order of the modules, so no option can put another one
/// before them; a linker of one's own can. What a library needs when it is static, `-lz` for `-lpng16` say, is known
/// to pkg-config too.
enum StaticLinker {
    /// Writes a script for whatever linker: what it leaves out is a digest that the compiler keeps for its own later
    /// use, of code that it has been told the folders of.
    ///
    /// - Returns: its path, for the linker.
    static func writeScript(to folder: URL) throws -> URL {
        let file = folder.appending(path: "discard.ld")
        let text = "SECTIONS { /DISCARD/ : { *(.swift_modhash) } } INSERT AFTER .text;\n"
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try text.write(to: file, atomically: true, encoding: .utf8)
        return file
    }

    /// Writes the linker.
    ///
    /// - Returns: its path, for `-use-ld`.
    static func write(to folder: URL, prefix: URL, _ tools: Toolchain) throws -> URL {
        let text = """
            #!/bin/sh
            prefix='\(prefix.path.replacing("'", with: "'\\''"))'
            export PKG_CONFIG_PATH="$prefix/lib/pkgconfig"
            arguments() {
                for argument; do
                    case $argument in
                        @*) tr '" ' '\\n\\n' <"${argument#@}" ;;
                        *) printf '%s\\n' "$argument" ;;
                    esac
                done
            }
            needed=
            for name in $(arguments "$@" | sed -n 's/^-l//p' | sort -u); do
                needed="$needed $(pkg-config --static --libs-only-l "lib$name" 2>/dev/null ||
                    pkg-config --static --libs-only-l "$name" 2>/dev/null)"
            done
            exec '\(tools.linker)' "-L$prefix/lib" "$@" $needed

            """
        let file = folder.appending(path: "ld")
        if (try? String(contentsOf: file, encoding: .utf8)) != text {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try text.write(to: file, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
        }
        return file
    }
}
