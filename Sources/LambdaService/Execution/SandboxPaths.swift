// SPDX-License-Identifier: Apache-2.0

/// Where the processes of an environment find the function's own files.
struct SandboxPaths: Equatable {
    /// The code.
    var task: String
    /// The layers.
    var opt: String
    /// What stands for `/tmp`; nil for `/tmp` itself.
    var temporary: String?

    /// As on AWS.
    static let isolated = SandboxPaths(task: "/var/task", opt: "/opt")
}

extension SandboxPaths {
    /// Where the files are on this machine.
    init(_ code: FunctionCode, temporary: String?) {
        self.init(task: code.folder, opt: code.optFolder ?? "/opt", temporary: temporary)
    }
}
