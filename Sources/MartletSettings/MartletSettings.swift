// SPDX-License-Identifier: Apache-2.0

/// What `martlet.toml`, beside a template, says about the machine that the template is run on.
public struct MartletSettings: Sendable, Equatable {
    /// `[runtimes]`: for each managed runtime the command of its runtime interface client, which is given the handler
    /// as its last argument.
    public var runtimes: [String: [String]] = [:]
    /// `[chaos]` and `[[chaos.rules]]`: what goes wrong on purpose.
    public var chaos = ChaosSettings()
    /// `[journal]`.
    public var journal = Journal()

    /// Settings that say nothing.
    public init() {}

    /// Reads a file's text; `file` is what errors call it.
    ///
    /// - Throws: for what is not understood: no setting is passed by.
    public init(text: String, file: String) throws(SettingsError) {
        var reader = SettingsText(text, file: file)
        for entry in try reader.entries() {
            if entry.table == "journal", entry.element == 0 {
                try journal.set(entry, file: file)
                continue
            }
            if try chaos.take(entry, file: file) { continue }
            guard entry.table == "runtimes", entry.element == 0 else {
                let place =
                    entry.table.isEmpty
                    ? "outside of any table" : entry.element > 0 ? "in [[\(entry.table)]]" : "in [\(entry.table)]"
                throw SettingsError(
                    file: file, line: entry.line,
                    message: "there is no setting \(entry.key) \(place); "
                        + "the tables are [runtimes], [journal], [chaos] and [[chaos.rules]]")
            }
            guard case .list(let command) = entry.value, command.first?.isEmpty == false else {
                throw SettingsError(
                    file: file, line: entry.line,
                    message: "a runtime's command is a list of strings: [\"python3\", \"-m\", \"awslambdaric\"]")
            }
            runtimes[entry.key] = command
        }
    }
}

/// What is wrong with a file of settings, and where.
public struct SettingsError: Error, Equatable, CustomStringConvertible {
    /// The file's name, as it was given.
    public var file: String
    /// The line, from 1.
    public var line: Int
    /// What is wrong.
    public var message: String

    /// An error in a file.
    public init(file: String, line: Int, message: String) {
        self.file = file
        self.line = line
        self.message = message
    }

    /// `martlet.toml:3: ` and what is wrong.
    public var description: String { "\(file):\(line): \(message)" }
}
