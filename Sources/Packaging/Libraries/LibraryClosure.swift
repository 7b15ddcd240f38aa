// SPDX-License-Identifier: Apache-2.0
public import ELF

/// The libraries that a program is loaded with, and those that they are loaded with.
///
/// Pure: where a library is, is asked of who looks for it.
public struct LibraryClosure: Sendable, Equatable {
    /// A library on this machine.
    public struct Library: Sendable, Equatable {
        /// The name by which it is asked for.
        public var name: String
        /// Where it is.
        public var path: String
        /// What it says of itself.
        public var image: ELFImage

        /// A library.
        public init(name: String, path: String, image: ELFImage) {
            self.name = name
            self.path = path
            self.image = image
        }
    }

    /// In the order of their names.
    public let libraries: [Library]

    /// Finds them all.
    ///
    /// - Parameters:
    ///   - lookUp: finds a library for who needs it, nil when it is nowhere; only for the program's processor.
    /// - Throws: ``PackagingError`` with the names of those that are nowhere, and who needs them.
    public init(
        of program: Library, lookUp: (_ name: String, _ user: Library) throws -> Library?
    ) throws {
        var found: [String: Library] = [:]
        var missing: [String: String] = [:]
        // By breadth, as loaders do: what one library is found by, later ones need no more.
        var waiting = [program]
        while !waiting.isEmpty {
            let user = waiting.removeFirst()
            for name in user.image.needed where found[name] == nil && missing[name] == nil {
                if let library = try lookUp(name, user) {
                    found[name] = library
                    waiting.append(library)
                } else {
                    missing[name] = user.name
                }
            }
        }
        guard missing.isEmpty else {
            let names = missing.sorted { $0.key < $1.key }.map { "\($0.key) (needed by \($0.value))" }
            throw PackagingError(
                "Libraries for \(program.image.machine.rawValue) that are not on this machine: "
                    + "\(names.joined(separator: ", ")). Install them, or link them statically.")
        }
        libraries = found.values.sorted { $0.name < $1.name }
    }

    /// The newest version of glibc's symbols that a program and its libraries need; nil without any.
    public static func newestGLIBC(_ images: [ELFImage]) -> String? {
        let versions = images.flatMap { $0.versions.values.joined() }.filter { $0.hasPrefix("GLIBC_2") }
        return versions.max { numbers($0).lexicographicallyPrecedes(numbers($1)) }
    }

    private static func numbers(_ version: String) -> [Int] {
        version.dropFirst(6).split(separator: ".").map { Int($0) ?? 0 }
    }
}
