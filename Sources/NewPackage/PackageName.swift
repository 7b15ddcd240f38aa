// SPDX-License-Identifier: Apache-2.0

/// The name of a new package, and what follows from it.
public struct PackageName: Sendable, Equatable {
    /// As it was given: `bird-counter`.
    public let text: String
    /// The name of its function, which is a type of Swift and a logical id: `BirdCounter`.
    public let function: String

    /// Words that a type of the new package cannot have as its name.
    private static let taken: Set<String> = [
        "Any", "Self", "Type", "Protocol", "LambdaRuntime", "LambdaEvents", "LambdaContext", "LambdaHandler", "Tests",
        "Input", "Output", "String", "Empty", "Testing",
    ]

    /// - Parameter text: begins with a letter; letters, digits, `-` and `_`, of ASCII, at most 64.
    /// - Throws: ``PackageNameError``.
    public init(_ text: String) throws(PackageNameError) {
        guard let first = text.unicodeScalars.first, first.isASCII, first.properties.isAlphabetic,
            text.utf8.count <= 64,
            text.unicodeScalars.allSatisfy({
                $0.isASCII
                    && ($0.properties.isAlphabetic || $0.properties.numericType != nil || "-_".contains(Character($0)))
            })
        else { throw .form }
        let words = text.split { "-_".contains($0) }
        let function = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
        guard !Self.taken.contains(function) else { throw .taken(function) }
        self.text = text
        self.function = function
    }
}

/// What is wrong with the name of a package.
public enum PackageNameError: Error, Equatable, CustomStringConvertible {
    case form
    /// The name that the function would have.
    case taken(String)

    /// The complaint, and what to do.
    public var description: String {
        switch self {
        case .form: "A name begins with a letter and has letters, digits, - and _, at most 64: bird-counter, say."
        case .taken(let name):
            "A function cannot be named \(name): the name means something else in Swift. Take another."
        }
    }
}
