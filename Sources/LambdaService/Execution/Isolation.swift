// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Sandboxes by bubblewrap (https://github.com/containers/bubblewrap): the machine's files, read-only, with the
/// function's at the paths that they have on AWS, a `/tmp` of their own, and no processes but their own.
public struct Isolation: Sendable {
    /// What is in a sandbox besides the function's own folders, `/proc` and `/dev`.
    public enum Root: Sendable {
        /// The machine's files.
        case machine
        /// Nothing: functions that run there need nothing of any machine. They run as an ordinary user.
        case empty
    }

    /// The ids of the user that functions run as on AWS, `sbx_user1051`.
    private static let user = (id: "993", group: "990")

    private let root: Root
    /// The path of `bwrap`.
    private let program: String
    /// The machine's files, but for the folders that a function has of its own.
    private let machine: [String]

    /// Folders that are not the machine's in a sandbox, or are put together from parts.
    private static let own: Set<String> = ["dev", "proc", "tmp", "var", "opt"]

    /// Looks for bubblewrap and makes a sandbox to see whether it may.
    ///
    /// Blocks.
    ///
    /// - Throws: ``Unavailable``.
    public init(root: Root = .machine) throws(Unavailable) {
        self.root = root
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        let found = folders.map { "\($0)/bwrap" }.first { FileManager.default.isExecutableFile(atPath: $0) }
        guard let found else {
            throw Unavailable(
                reason: "Isolation needs bubblewrap, and there is no bwrap on the PATH. Install the package bubblewrap."
            )
        }
        program = found
        machine = Self.entries(of: "/", except: Self.own) + Self.entries(of: "/var", except: ["task", "tmp"])
        try check()
    }

    /// Why functions cannot be isolated here.
    public struct Unavailable: Error, CustomStringConvertible {
        let reason: String
        /// The reason and what to do about it.
        public var description: String { reason }
    }

    private func check() throws(Unavailable) {
        let process = Process()
        let errors = Pipe()
        process.executableURL = URL(filePath: program)
        process.arguments = ownership + arguments(in: machine, ["/bin/true"], nil, .memory(megabytes: 1))
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = errors
        do {
            try process.run()
        } catch {
            throw Unavailable(
                reason: "Isolation needs bubblewrap, and \(program) cannot be run: \(error.localizedDescription)")
        }
        let text = (try? errors.fileHandleForReading.readToEnd()) ?? nil
        process.waitUntilExit()
        guard process.terminationStatus != 0 else { return }
        let words = String(decoding: text ?? Data(), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        throw Unavailable(
            reason:
                "Isolation needs bubblewrap, which cannot make a sandbox here (\(words)). It needs user namespaces: "
                + "see the kernel's settings user.max_user_namespaces and kernel.unprivileged_userns_clone.")
    }

    /// What is `/tmp` in a sandbox.
    enum Temporary: Equatable {
        /// Memory of this size.
        case memory(megabytes: Int)
        /// A folder, which several sandboxes of one environment share.
        case folder(String)
    }

    /// Puts a sandbox around what is to be started.
    ///
    /// - Parameter launch: its paths are those inside.
    func wrap(_ launch: Launch, code: FunctionCode, temporary: Temporary) -> Launch {
        var wrapped = launch
        wrapped.executable = program
        wrapped.arguments =
            ownership
            + arguments(
                in: root == .empty ? [] : machine, [launch.executable] + launch.arguments, code, temporary)
        wrapped.folder = "/"
        wrapped.isIsolated = true
        return wrapped
    }

    private var ownership: [String] {
        guard root == .empty else { return [] }
        return ["--unshare-user", "--uid", Self.user.id, "--gid", Self.user.group]
    }

    private func arguments(
        in files: [String], _ command: [String], _ code: FunctionCode?, _ temporary: Temporary
    ) -> [String] {
        var all = ["--die-with-parent", "--unshare-pid", "--unshare-ipc", "--cap-drop", "ALL"] + files
        all += ["--dir", "/var/task", "--dir", "/opt", "--proc", "/proc", "--dev", "/dev"]
        switch temporary {
        case .memory(let megabytes): all += ["--perms", "0700", "--size", "\(megabytes << 20)", "--tmpfs", "/tmp"]
        case .folder(let path): all += ["--bind", path, "/tmp"]
        }
        if let code {
            all += Self.task(code)
            let layers = Set((try? FileManager.default.contentsOfDirectory(atPath: code.optFolder ?? "")) ?? [])
            for name in layers.sorted() { all += ["--ro-bind", "\(code.optFolder ?? "")/\(name)", "/opt/\(name)"] }
            if root == .machine { all += Self.entries(of: "/opt", except: layers) }
        } else {
            all += Self.entries(of: "/opt", except: [])
        }
        return all + ["--remount-ro", "/", "--chdir", "/var/task", "--"] + command
    }

    /// The code, as it is; where it is a link to a file elsewhere, that file.
    private static func task(_ code: FunctionCode) -> [String] {
        let bootstrap = "\(code.folder)/bootstrap"
        guard (try? FileManager.default.destinationOfSymbolicLink(atPath: bootstrap))?.hasPrefix("/") == true else {
            return ["--ro-bind", code.folder, "/var/task"]
        }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: code.folder)) ?? []
        return names.sorted().flatMap { name in
            ["--ro-bind", URL(filePath: "\(code.folder)/\(name)").resolvingSymlinksInPath().path, "/var/task/\(name)"]
        }
    }

    /// A folder's entries, each at its own place, as links where they are links.
    private static func entries(of folder: String, except: Set<String>) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { !except.contains($0) }.sorted().flatMap { name -> [String] in
            let path = folder == "/" ? "/\(name)" : "\(folder)/\(name)"
            if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path) {
                return ["--symlink", target, path]
            }
            return ["--ro-bind-try", path, path]
        }
    }
}
