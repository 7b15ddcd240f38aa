// SPDX-License-Identifier: Apache-2.0
import ELF
import Foundation
import Testing

@testable import Packaging

@Suite("The libraries of a program")
struct LibraryClosureTests {
    /// A library of this machine, whose image stands for those of a made-up one.
    private let real: LibraryClosure.Library

    init() throws {
        let path = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        real = LibraryClosure.Library(name: "tests", path: path, image: try ELFImage(file: path))
    }

    @Test("All that a program and its libraries name are found once, the C library among them")
    func closure() throws {
        let folders = LibraryFolders()
        let closure = try LibraryClosure(of: real) { folders.find($0, for: $1) }
        let names = closure.libraries.map(\.name)
        #expect(names == Set(names).sorted())
        #expect(names.contains("libc.so.6"))
        for library in closure.libraries { #expect(Set(library.image.needed).isSubset(of: names)) }
    }

    @Test("What is nowhere is told with who needs it")
    func missing() throws {
        let error = #expect(throws: PackagingError.self) {
            try LibraryClosure(of: real) { name, user in
                name == "libc.so.6" ? nil : LibraryFolders().find(name, for: user)
            }
        }
        #expect(error?.description.contains("libc.so.6 (needed by ") == true)
    }

    @Test("The newest version of glibc's symbols counts, as numbers")
    func versions() {
        #expect(LibraryClosure.newestGLIBC([real.image])?.hasPrefix("GLIBC_2.") == true)
        #expect(LibraryClosure.newestGLIBC([]) == nil)
    }
}
