// SPDX-License-Identifier: Apache-2.0

/// Why the state directory or its database cannot be used; the description says what to do about it.
public enum StoreError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The directory cannot be made, or not be written to.
    case notWritable(directory: String, reason: String)
    /// Another process holds the directory.
    case inUse(directory: String)
    /// A newer version of the emulator wrote the database.
    case newerVersion(file: String, reason: String)
    /// The file is no database, or is damaged.
    case unusable(file: String, reason: String)
    /// A step of the schema could not be taken.
    case migrationFailed(name: String, reason: String)
    /// There is no room for a write, as SQLite says it (https://www.sqlite.org/rescode.html#full).
    case full

    /// What is wrong and what to do about it, as a part of a sentence with the paths concerned.
    public var description: String {
        switch self {
        case .notWritable(let directory, let reason):
            "cannot write to the state directory \(directory): \(reason); name another one with --state"
        case .inUse(let directory):
            "the state directory \(directory) is in use by another martlet; stop it, or name another one with --state"
        case .newerVersion(let file, let reason):
            "\(file) was written by a newer version of martlet (\(reason)); use that version, or another --state"
        case .unusable(let file, let reason):
            "cannot use the database \(file): \(reason)"
        case .migrationFailed(let name, let reason):
            "cannot bring the database to step \(name): \(reason)"
        case .full: "database or disk is full"
        }
    }
}
