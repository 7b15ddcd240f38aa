// SPDX-License-Identifier: Apache-2.0
import ELF
import Foundation

/// The `bootstrap` of a bundle: a program of about a kilobyte that needs nothing, and starts the real one through the
/// C library's own loader, with the package's libraries and none of the machine's.
enum Launcher {
    /// Makes it.
    ///
    /// Blocks.
    ///
    /// - Parameters:
    ///   - program: the name of the real program in `bin/`.
    ///   - loader: the name of the loader in `lib/`.
    /// - Throws: ``PackagingError``.
    static func make(program: String, loader: String, machine: ELFImage.Machine, _ tools: Toolchain) throws -> [UInt8] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-launcher-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let text = source.replacing("@PROGRAM@", with: quoted(program)).replacing("@LOADER@", with: quoted(loader))
        try text.write(to: folder.appending(path: "launcher.c"), atomically: true, encoding: .utf8)
        let target = machine == .x86_64 ? "x86_64-unknown-linux-gnu" : "aarch64-unknown-linux-gnu"
        try Tool(
            tools.clang,
            [
                "--target=\(target)", "-Os", "-ffreestanding", "-fno-builtin", "-fno-stack-protector", "-fno-pic",
                "-static", "-nostdlib", "-fuse-ld=lld", "-Wl,--build-id=none", "-Wl,-s", "-o", "bootstrap",
                "launcher.c",
            ], folder: folder
        ).run("making the launcher of the bundle")
        return [UInt8](try Data(contentsOf: folder.appending(path: "bootstrap")))
    }

    private static func quoted(_ name: String) -> String {
        name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    }

    private static let source = """
        // DIR/lib/LOADER --inhibit-cache --library-path DIR/lib DIR/bin/PROGRAM arguments..., without a C library
        #if defined(__x86_64__)
        enum { EXECVE = 59, READLINKAT = 267, WRITE = 1, EXIT = 60 };
        static long call(long number, long a, long b, long c, long d) {
            register long fourth __asm__("r10") = d;
            long result;
            __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth)
                             : "rcx", "r11", "memory");
            return result;
        }
        __asm__(".globl _start\\n_start: mov %rsp, %rdi\\n and $-16, %rsp\\n call launch");
        #else
        enum { EXECVE = 221, READLINKAT = 78, WRITE = 64, EXIT = 93 };
        static long call(long number, long a, long b, long c, long d) {
            register long x8 __asm__("x8") = number, x0 __asm__("x0") = a, x1 __asm__("x1") = b;
            register long x2 __asm__("x2") = c, x3 __asm__("x3") = d;
            __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
            return x0;
        }
        __asm__(".globl _start\\n_start: mov x0, sp\\n bl launch");
        #endif

        enum { HERE = -100, LIMIT = 4096, ARGUMENTS = 256 };
        static char self[LIMIT], loader[LIMIT + 256], library[LIMIT + 256], program[LIMIT + 256];
        static char *arguments[ARGUMENTS];

        static void join(char *path, long count, const char *name) {
            for (long i = 0; i < count; i++) path[i] = self[i];
            while ((path[count++] = *name++)) {}
        }

        static void fail(const char *words) {
            long count = 0;
            while (words[count]) count++;
            call(WRITE, 2, (long)words, count, 0);
            call(EXIT, 127, 0, 0, 0);
        }

        __attribute__((used)) void launch(long *stack) {
            long given = stack[0];
            char **values = (char **)(stack + 1);
            long count = call(READLINKAT, HERE, (long)"/proc/self/exe", (long)self, LIMIT);
            while (count > 0 && self[count - 1] != '/') count--;
            if (count <= 0) fail("bootstrap: /proc/self/exe cannot be read\\n");
            join(loader, count, "lib/@LOADER@");
            join(library, count, "lib");
            join(program, count, "bin/@PROGRAM@");
            if (given > ARGUMENTS - 6) fail("bootstrap: too many arguments\\n");
            char **next = arguments;
            *next++ = loader;
            *next++ = "--inhibit-cache";
            *next++ = "--library-path";
            *next++ = library;
            *next++ = program;
            for (long i = 1; i < given; i++) *next++ = values[i];
            call(EXECVE, (long)loader, (long)arguments, (long)(values + given + 1), 0);
            fail("bootstrap: the loader in lib/ cannot be started\\n");
        }
        """
}
