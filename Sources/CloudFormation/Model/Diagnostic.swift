// SPDX-License-Identifier: Apache-2.0

/// Something to say about one place in a template.
///
/// Printed it reads `template.json:42:17: Resources.Handler.Properties.MemorySize: …`, which editors make a link of.
public struct Diagnostic: Sendable, Equatable, Encodable {
    /// What the place means for the stack.
    public enum Severity: String, Sendable, Encodable {
        /// The template cannot be run.
        case error
        /// Something that AWS would execute and that is not executed here.
        case warning
        /// Something that has no meaning on a developer's machine (permissions, mostly), so nothing is missing without
        /// it.
        case note
    }

    /// How bad it is.
    public let severity: Severity
    /// The template's name, as it was given.
    public let file: String
    /// Counted from 1.
    public let line: Int
    /// In characters (Unicode scalars), counted from 1.
    public let column: Int
    /// The way to the value, `Resources.Handler.Properties.MemorySize`; empty for the document itself.
    public let path: String
    /// What there is to say.
    public let message: String

    /// Makes a diagnostic from its parts.
    public init(severity: Severity, file: String, line: Int, column: Int, path: String, message: String) {
        self.severity = severity
        self.file = file
        self.line = line
        self.column = column
        self.path = path
        self.message = message
    }
}

extension Diagnostic: CustomStringConvertible {
    /// The place, the path and the message, on one line.
    public var description: String {
        let place = "\(file):\(line):\(column): "
        return path.isEmpty ? place + message : place + "\(path): \(message)"
    }
}

/// A template that cannot be run, with every reason that was found.
public struct TemplateError: Error, Sendable, Equatable {
    /// At least one, all of severity ``Diagnostic/Severity/error``, in the order of the text.
    public let diagnostics: [Diagnostic]
}

extension TemplateError: CustomStringConvertible {
    /// One line for each diagnostic.
    public var description: String {
        diagnostics.map(\.description).joined(separator: "\n")
    }
}
